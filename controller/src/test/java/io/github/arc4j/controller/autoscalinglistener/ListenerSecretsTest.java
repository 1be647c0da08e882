package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener's configuration and proxy Secrets and their sources. */
class ListenerSecretsTest {
    private static final ProxyConfig PROXY = new ProxyConfig(
            new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of("example.com", "10.0.0.0/8"));

    private ListenerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ListenerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theProxySecretHoldsAllThreeUrlsAndThePodTakesThoseThatAreSet() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u@x", "password", "p/w"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        assertThat(fixture.entry(NAME + "-proxy", "http_proxy")).isEqualTo("http://u%40x:p%2Fw@proxy:3128");
        assertThat(fixture.entry(NAME + "-proxy", "https_proxy")).isEmpty();
        assertThat(fixture.entry(NAME + "-proxy", "no_proxy")).isEqualTo("example.com,10.0.0.0/8");
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getEnv())
                .filteredOn(variable -> variable.getValueFrom() != null)
                .allSatisfy(variable -> assertThat(
                                variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo(NAME + "-proxy"))
                .extracting(variable -> variable.getName())
                .containsExactly("http_proxy", "no_proxy");
    }

    @Test
    void changedProxyCredentialsAreWrittenAndThePodIsRecreated() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u", "password", "p"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.createSecret("proxy", Map.of("username", "u", "password", "new"));
        fixture.clock.pass(Duration.ofMinutes(5));
        fixture.settle();
        assertThat(fixture.entry(NAME + "-proxy", "http_proxy")).isEqualTo("http://u:new@proxy:3128");
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
    }

    @Test
    void theConfigSecretIsOwnedAndHoldsTheCredentials() throws Exception {
        fixture.create(spec -> spec.configSecretMetadata(new ResourceMeta(Map.of("team", "a"), Map.of("note", "n"))));
        fixture.settle();
        Secret secret = fixture.secret(NAME + "-config");
        assertThat(secret.getMetadata().getLabels()).containsExactly(Map.entry("team", "a"));
        assertThat(secret.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsKey("actions.github.com/integrity-hash");
        assertThat(secret.getMetadata().getOwnerReferences()).hasSize(1);
        JsonNode config = fixture.config();
        assertThat(config.path("github_token").asText()).isEqualTo("token");
        assertThat(config.path("runner_scale_set_id").asInt()).isEqualTo(7);
        assertThat(config.path("runner_scale_set_name").asText()).isEqualTo("set");
        assertThat(config.path("ephemeral_runner_set_namespace").asText()).isEqualTo(SETS);
        assertThat(config.path("metrics_addr").asText()).isEqualTo(":8080");
    }

    @Test
    void lineBreaksAfterAppCredentialsAreStripped() throws Exception {
        fixture.createSecret(
                "github",
                Map.of(
                        "github_app_id", "Iv1.abc\n",
                        "github_app_installation_id", " 42\r\n",
                        "github_app_private_key", "key\n",
                        "github_token", "\n"));
        fixture.create();
        fixture.settle();
        JsonNode config = fixture.config();
        assertThat(config.path("github_app_id").asText()).isEqualTo("Iv1.abc");
        assertThat(config.path("github_app_installation_id").asLong()).isEqualTo(42);
        assertThat(config.path("github_token").asText()).isEmpty();
        assertThat(fixture.pod()).isNotNull();
    }

    /** The Go controller updates the labels of an existing Secret, but never its data. */
    @Test
    void changedCredentialsAreWrittenAndThePodIsRecreated() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.runPod(true);
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.createSecret("github", Map.of("github_token", "new"));
        fixture.clock.pass(Duration.ofMinutes(5));
        fixture.settle();
        assertThat(fixture.config().path("github_token").asText()).isEqualTo("new");
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.events).contains("ListenerRenewed");
    }

    @Test
    void aDeletedConfigSecretIsRecreated() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.client
                .secrets()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-config")
                .delete();
        fixture.clock.pass(Duration.ofMinutes(5));
        String pod = fixture.pod().getMetadata().getUid();
        fixture.settle();
        assertThat(fixture.config().path("github_token").asText()).isEqualTo("token");
        assertThat(fixture.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    /** The listener's pod cannot start without it. */
    @Test
    void aMissingSecretOfAnUnreadyListenerIsRecreatedWithinHalfAMinute() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u", "password", "p"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        fixture.client
                .secrets()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-config")
                .delete();
        fixture.client
                .secrets()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-proxy")
                .delete();
        fixture.clock.pass(Duration.ofSeconds(31));
        assertThat(fixture.settle()).isEqualTo(Result.after(Duration.ofSeconds(30)));
        assertThat(fixture.secret(NAME + "-config")).isNotNull();
        assertThat(fixture.secret(NAME + "-proxy")).isNotNull();
    }

    @Test
    void missingCredentialsAreReportedAndRetriedWithoutAPod() throws Exception {
        fixture.create(spec -> spec.githubConfigSecret("nowhere"));
        assertThat(fixture.reconcile()).isInstanceOf(Result.Retry.class);
        assertThat(fixture.condition("Ready")).satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("False");
            assertThat(ready.getReason()).isEqualTo("SecretMissing");
            assertThat(ready.getMessage()).contains("Secret sets/nowhere", "create it or correct the reference");
        });
        assertThat(fixture.findPod()).isNull();
    }

    @Test
    void missingCertificatesAreReported() throws Exception {
        fixture.create(spec -> spec.githubServerTLS(
                new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("ca", "ca.crt", null)))));
        fixture.reconcile();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("ConfigMapMissing");
        fixture.change(spec -> spec.githubServerTLS(new TlsConfig(null)));
        fixture.reconcile();
        assertThat(fixture.condition("Ready").getMessage())
                .isEqualTo("spec.githubServerTLS.certificateFrom.configMapKeyRef is missing: name a ConfigMap");
    }

    @Test
    void anInvalidListenerConfigurationIsNotWritten() throws Exception {
        fixture.create(spec -> spec.minRunners(6));
        fixture.reconcile();
        assertThat(fixture.condition("Ready").getMessage())
                .isEqualTo("invalid listener config: MinRunners \"6\" cannot be greater than MaxRunners \"5\"");
        assertThat(fixture.client
                        .secrets()
                        .inNamespace(CONTROLLER)
                        .withName(NAME + "-config")
                        .get())
                .isNull();
    }

    /** Each of these characters becomes six in JSON. */
    @Test
    void aConfigurationThatIsTooLongForASecretIsNotWritten() throws Exception {
        createWithCertificates("<".repeat(200_000));
        fixture.reconcile();
        assertThat(fixture.condition("Ready").getMessage())
                .isEqualTo(
                        "the configuration of the listener has more than 1024 KiB: shorten githubServerTLS or listenerMetrics");
    }

    /** A configuration with the certificates of all authorities is as long. */
    @Test
    void aLongConfigurationThatHasNotChangedIsNotWrittenAgain() throws Exception {
        createWithCertificates("x".repeat(250_000));
        fixture.reconcile();
        fixture.restart(new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, ":8080", "/metrics"));

        try (Faults.Injected writes = fixture.kube
                .faults()
                .inject(Fault.on("patch", "secrets").always().meanwhile(request -> {}))) {
            fixture.reconcile();
            assertThat(writes.strikes()).isZero();
        }
    }

    private void createWithCertificates(String text) {
        fixture.client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(SETS)
                        .withName("ca")
                        .endMetadata()
                        .withData(Map.of("ca.crt", text))
                        .build())
                .create();
        fixture.create(spec -> spec.githubServerTLS(
                new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("ca", "ca.crt", null)))));
    }
}
