package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.controller.ReconcilerFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the proxy and its credentials reach the runners of a set. */
class RunnerSetProxyTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void proxyPassword(String password) {
        fixture.runners
                .client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("proxy-user")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .addToStringData("username", "u")
                        .addToStringData("password", password)
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    }

    private Optional<Secret> proxySecret() {
        return fixture.runners.client.secrets().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(secret -> secret.getData().containsKey("http_proxy"))
                .findFirst();
    }

    private String httpProxy() {
        return new String(
                Base64.getDecoder().decode(proxySecret().orElseThrow().getData().get("http_proxy")),
                StandardCharsets.UTF_8);
    }

    @Test
    void theProxyReachesRunnersThroughASecretThatFollowsItsCredentialsAndIsDeletedWithTheSet() throws Exception {
        proxyPassword("one");
        ProxyConfig proxy =
                new ProxyConfig(new ProxyServerConfig("http://proxy:8080", "proxy-user"), null, List.of("localhost"));
        fixture.create(
                1,
                1,
                spec -> spec.ephemeralRunnerSpec(
                        ReconcilerFixture.spec().proxy(proxy).build()));
        assertThat(httpProxy()).isEqualTo("http://u:one@proxy:8080");
        assertThat(fixture.runners().getFirst().getSpec().proxySecretRef())
                .isEqualTo(proxySecret().orElseThrow().getMetadata().getName());
        proxyPassword("two");
        fixture.runners.pass(Duration.ofMinutes(11));
        fixture.pass();
        assertThat(httpProxy()).isEqualTo("http://u:two@proxy:8080");
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.set()).isNull();
        assertThat(proxySecret()).isEmpty();
    }

    /** The kubelet keeps trying, so the runner starts as soon as the Secret is there. */
    @Test
    void aProxySecretThatRunnersMissIsRecreatedSoon() throws Exception {
        proxyPassword("one");
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy:8080", "proxy-user"), null, List.of());
        fixture.create(
                1,
                1,
                spec -> spec.ephemeralRunnerSpec(
                        ReconcilerFixture.spec().proxy(proxy).build()));
        fixture.runners.client.resource(proxySecret().orElseThrow()).delete();
        fixture.runners.pass(Duration.ofSeconds(21));
        fixture.pass();
        assertThat(proxySecret()).as("nobody misses it yet").isEmpty();
        fixture.runners.reportRunner(
                fixture.names().getFirst(), status -> status.phase("Pending").reason("CreateContainerConfigError"));
        fixture.pass();
        assertThat(httpProxy()).isEqualTo("http://u:one@proxy:8080");
    }

    @Test
    void aMissingProxySecretIsReportedAndStopsNewRunners() throws Exception {
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy:8080", "proxy-user"), null, List.of());
        fixture.create(
                1,
                1,
                spec -> spec.ephemeralRunnerSpec(
                        ReconcilerFixture.spec().proxy(proxy).build()));
        assertThat(fixture.names()).isEmpty();
        assertThat(fixture.ready().getReason()).isEqualTo("SecretMissing");
        assertThat(fixture.ready().getMessage()).contains("proxy-user");
        proxyPassword("one");
        fixture.pass();
        assertThat(fixture.names()).hasSize(1);
    }
}
