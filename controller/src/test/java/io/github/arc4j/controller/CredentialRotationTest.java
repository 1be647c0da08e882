package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.CREDENTIALS;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.kube.http.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials, proxies and certificates that change while everything runs. */
class CredentialRotationTest {
    /** Far below every period of comparison: only a watch is that quick. */
    private static final Duration SECONDS = Duration.ofSeconds(30);

    private static final String RUNS_ON = "runs:1";

    private static final TlsConfig CERTIFICATES =
            new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("certificates", "ca.crt", null)));

    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture();
        fixture.runnersEndWith(RUNS_ON, -1);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void aRotatedTokenIsUsedByControllerAndListenerAndKeepsRunners() {
        createScaleSetWithRunner(null, null);
        String runner = runnerPod().getMetadata().getUid();
        String listener = listenerPod().getMetadata().getUid();

        fixture.github.acceptTokens(Set.of("new-token"));
        rotate(CREDENTIALS, Map.of("github_token", "new-token"));

        await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(config().path("github_token").asText()).isEqualTo("new-token");
            assertThat(listenerPod().getMetadata().getUid()).isNotEqualTo(listener);
        });
        fixture.requestRunners("set", 2, 2);
        await().atMost(SECONDS)
                .untilAsserted(() -> assertThat(fixture.github.runners()).hasSize(2));
        assertThat(fixture.runnerPods())
                .extracting(pod -> pod.getMetadata().getUid())
                .contains(runner);
    }

    @Test
    void aTokenCanBeReplacedByAnApp() {
        createScaleSetWithRunner(null, null);
        rotate(
                CREDENTIALS,
                Map.of(
                        "github_app_id", "Iv1.abc",
                        "github_app_installation_id", "7",
                        "github_app_private_key", "key"));
        await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(config().path("github_token").asText()).isEmpty();
            assertThat(config().path("github_app_id").asText()).isEqualTo("Iv1.abc");
            assertThat(config().path("github_app_installation_id").asLong()).isEqualTo(7);
        });
        rotate(
                CREDENTIALS,
                Map.of(
                        "github_app_id", "Iv1.abc",
                        "github_app_installation_id", "8",
                        "github_app_private_key", "key2"));
        await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(config().path("github_app_installation_id").asLong()).isEqualTo(8);
            assertThat(config().path("github_app_private_key").asText()).isEqualTo("key2");
        });
    }

    @Test
    void newServerCertificatesAreUsedByTheListener(@TempDir Path directory) throws Exception {
        String first = TestCertificate.create(directory, "first");
        String second = TestCertificate.create(directory, "second");
        fixture.client.resource(certificates(first)).create();
        createScaleSetWithRunner(null, CERTIFICATES);
        assertThat(config().path("server_root_ca").asText()).isEqualTo(first);

        fixture.client.resource(certificates(second)).update();
        await().atMost(SECONDS)
                .untilAsserted(() ->
                        assertThat(config().path("server_root_ca").asText()).isEqualTo(second));
    }

    @Test
    void tooManyServerCertificatesAreReported(@TempDir Path directory) throws Exception {
        String certificate = TestCertificate.create(directory, "one");
        fixture.client.resource(certificates(certificate.repeat(301))).create();
        fixture.createScaleSet("set", spec -> spec.githubServerTLS(CERTIFICATES));
        await().atMost(SECONDS)
                .untilAsserted(() -> assertThat(
                                Objects.requireNonNull(fixture.scaleSet("set").getStatus())
                                        .conditions())
                        .filteredOn(condition -> condition.getType().equals("Ready"))
                        .singleElement()
                        .satisfies(ready -> {
                            assertThat(ready.getReason()).isEqualTo("InvalidTLS");
                            assertThat(ready.getMessage())
                                    .contains("spec.githubServerTLS: the certificates are more than 300: keep only"
                                            + " those");
                        }));
        fixture.client.resource(certificates(certificate)).update();
        await().atMost(SECONDS)
                .untilAsserted(() -> assertThat(fixture.listeners()).hasSize(1));
    }

    @Test
    void newProxyCredentialsAreUsedByTheListenerAndNewRunners() {
        fixture.client
                .resource(secret("proxy", Map.of("username", "u", "password", "p1")))
                .create();
        createScaleSetWithRunner(
                new ProxyConfig(new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of()), null);
        String listener = listenerPod().getMetadata().getUid();
        String runner = runnerPod().getMetadata().getUid();
        assertThat(proxyOfRunners()).isEqualTo("http://u:p1@proxy:3128");

        rotate("proxy", Map.of("username", "u", "password", "p2"));
        await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(proxyOfListener()).isEqualTo("http://u:p2@proxy:3128");
            assertThat(proxyOfRunners()).isEqualTo("http://u:p2@proxy:3128");
            assertThat(listenerPod().getMetadata().getUid()).isNotEqualTo(listener);
        });
        assertThat(runnerPod().getMetadata().getUid()).isEqualTo(runner);
    }

    @Test
    void aDeletedSecretIsReportedAndItsContentStaysInUse() {
        createScaleSetWithRunner(null, null);
        String listener = listenerPod().getMetadata().getUid();
        fixture.client.secrets().inNamespace(NAMESPACE).withName(CREDENTIALS).delete();
        await().atMost(SECONDS).untilAsserted(() -> assertThat(degraded()).isEqualTo("SecretMissing"));
        assertThat(listenerPod().getMetadata().getUid()).isEqualTo(listener);

        fixture.client.resource(ControllerFixture.credentials("sim-pat")).create();
        await().atMost(SECONDS).untilAsserted(() -> assertThat(degraded()).isEmpty());
        assertThat(listenerPod().getMetadata().getUid()).isEqualTo(listener);
    }

    @Test
    void aChangeDuringABrokenWatchIsNoticedAfterwards() {
        createScaleSetWithRunner(null, null);
        try (var refused = fixture.kube
                .faults()
                .inject(Fault.on("watch", "secrets").always().drop())) {
            fixture.kube.watches().drop("secrets");
            rotate(CREDENTIALS, Map.of("github_token", "while-broken"));
            await().until(() -> refused.strikes() >= 2);
        }
        await().atMost(SECONDS)
                .untilAsserted(
                        () -> assertThat(config().path("github_token").asText()).isEqualTo("while-broken"));
    }

    @Test
    void aDeletionIsNoticedAfterTheServerCompactedItsHistory() {
        createScaleSetWithRunner(null, null);
        try (var refused = fixture.kube
                .faults()
                .inject(Fault.on("watch", "secrets").always().drop())) {
            fixture.kube.watches().drop("secrets");
            fixture.client
                    .secrets()
                    .inNamespace(NAMESPACE)
                    .withName(CREDENTIALS)
                    .delete();
            fixture.kube.watches().expire("secrets");
            await().until(() -> refused.strikes() >= 1);
        }
        await().atMost(SECONDS).untilAsserted(() -> assertThat(degraded()).isEqualTo("SecretMissing"));
    }

    @Test
    void nothingIsReadWhileNothingChanges() {
        createScaleSetWithRunner(null, null);
        fixture.awaitQuiet(Duration.ofSeconds(2)); // after what the start has left to do
        fixture.client
                .resource(secret("something-else", Map.of("key", "value")))
                .create();
        rotate("something-else", Map.of("key", "other"));
        await().atMost(SECONDS)
                .during(Duration.ofSeconds(2))
                .until(() -> fixture.requestsOfController().isEmpty());
    }

    @Test
    void theWatchEndsWithTheLastScaleSetOfTheNamespace() {
        createScaleSetWithRunner(null, null);
        await().until(() -> fixture.kube.watches().open("secrets") == 1);
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(SECONDS).until(() -> fixture.scaleSet("set") == null);
        fixture.kube.requests().reset();
        // The server sees that the client has gone when it has something to say.
        rotate(CREDENTIALS, Map.of("github_token", "unused"));
        await().atMost(SECONDS).untilAsserted(() -> {
            rotate(CREDENTIALS, Map.of("github_token", "unused" + System.nanoTime()));
            assertThat(fixture.kube.watches().open("secrets")).isZero();
        });
        assertThat(fixture.kube
                        .requests()
                        .count(request -> request.verb().equals("watch")
                                && request.resource().equals("secrets")))
                .isZero();
    }

    private void createScaleSetWithRunner(@Nullable ProxyConfig proxy, @Nullable TlsConfig tls) {
        fixture.createScaleSet(
                "set", spec -> spec.proxy(proxy).githubServerTLS(tls).template(ControllerFixture.template(RUNS_ON)));
        await().atMost(SECONDS).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 1);
        await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(fixture.runnerPods())
                    .singleElement()
                    .satisfies(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running"));
            assertThat(listenerPod().getStatus().getPhase()).isEqualTo("Running");
            assertThat(config().path("configure_url").asText()).isNotEmpty();
        });
    }

    private Pod runnerPod() {
        return fixture.runnerPods().getFirst();
    }

    private Pod listenerPod() {
        List<Pod> pods = fixture.list(Pod.class, CONTROLLER_NAMESPACE);
        assertThat(pods).hasSize(1);
        return pods.getFirst();
    }

    private JsonNode config() {
        try {
            return new ObjectMapper()
                    .readTree(
                            entry(CONTROLLER_NAMESPACE, ScaleSetNames.listenerConfigSecret(listener()), "config.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String proxyOfListener() {
        return entry(CONTROLLER_NAMESPACE, ScaleSetNames.listenerProxySecret(listener()), "http_proxy");
    }

    private String proxyOfRunners() {
        return entry(NAMESPACE, ScaleSetNames.runnerProxySecret(NAMESPACE, "set"), "http_proxy");
    }

    private String listener() {
        return fixture.listeners().getFirst().getMetadata().getName();
    }

    private String entry(String namespace, String name, String key) {
        Secret secret =
                fixture.client.secrets().inNamespace(namespace).withName(name).get();
        assertThat(secret).as(name).isNotNull();
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    /** The reason why the listener is not as it should be; empty if it is. */
    private String degraded() {
        return Objects.requireNonNull(fixture.listeners().getFirst().getStatus()).conditions().stream()
                .filter(condition -> condition.getType().equals("Degraded")
                        && condition.getStatus().equals("True"))
                .map(condition -> condition.getReason())
                .findFirst()
                .orElse("");
    }

    private void rotate(String name, Map<String, String> data) {
        HasMetadata secret = secret(name, data);
        fixture.client.resource(secret).update();
    }

    private static Secret secret(String name, Map<String, String> data) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withStringData(data)
                .build();
    }

    private static ConfigMap certificates(String pem) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("certificates")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withData(Map.of("ca.crt", pem))
                .build();
    }
}
