package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.CREDENTIALS;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator keeps the credentials of a namespace's scale sets where its jobs cannot read them. */
class CredentialsNamespaceTest {
    private static final String ELSEWHERE = "elsewhere";
    /** Far below every period of comparison: only a watch is that quick. */
    private static final Duration SECONDS = Duration.ofSeconds(30);

    private final ControllerFixture fixture = new ControllerFixture();

    @BeforeEach
    void moveCredentials() throws Exception {
        fixture.createNamespace(ELSEWHERE);
        fixture.client
                .secrets()
                .inNamespace(NAMESPACE)
                .withName(CREDENTIALS)
                .edit(secret -> withToken(secret, "of the tenant"));
        fixture.client
                .resource(withToken(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName(CREDENTIALS)
                                .withNamespace(ELSEWHERE)
                                .endMetadata()
                                .build(),
                        "first"))
                .create();
        fixture.github.acceptTokens(Set.of("first"));
        fixture.restartController(settings -> ReconcilerSettingsBuilder.builder(settings)
                .credentialsNamespaces(new CredentialsNamespaces(Map.of(NAMESPACE, ELSEWHERE)))
                .build());
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private static Secret withToken(Secret secret, String token) {
        secret.setData(null);
        secret.setStringData(Map.of("github_token", token));
        return secret;
    }

    @Test
    void controllerAndListenerUseTheCredentialsAndNoticeChanges() throws Exception {
        ChartRoles roles = new ChartRoles()
                .add(ChartRoles.CONTROLLER + "default.yaml", CONTROLLER_NAMESPACE, NAMESPACE)
                .add(ChartRoles.SCALE_SET + "tls.yaml", NAMESPACE, NAMESPACE)
                .addNamespaced(ChartRoles.CONTROLLER + "flags.yaml", ELSEWHERE);
        roles.enforce(fixture.kube.faults());
        fixture.createScaleSet("set");
        await().untilAsserted(() -> assertThat(listenerConfig()).contains("\"first\""));
        fixture.requestRunners("set", 1, 1);
        await().untilAsserted(() -> assertThat(fixture.github.runners()).hasSize(1));

        fixture.github.acceptTokens(Set.of("second"));
        fixture.client
                .secrets()
                .inNamespace(ELSEWHERE)
                .withName(CREDENTIALS)
                .edit(secret -> withToken(secret, "second"));
        await().atMost(SECONDS).untilAsserted(() -> assertThat(listenerConfig()).contains("\"second\""));
        fixture.requestRunners("set", 2, 2);
        await().atMost(SECONDS)
                .untilAsserted(() -> assertThat(fixture.github.runners()).hasSize(2));
        assertThat(fixture.client.secrets().inNamespace(NAMESPACE).list().getItems())
                .noneMatch(secret -> secret.getData().values().stream()
                        .anyMatch(value -> decode(value).contains("second")));
        assertThat(roles.refused()).isEmpty();
        assertThat(roles.unused()).noneMatch(grant -> grant.endsWith(" in " + ELSEWHERE));
    }

    @Test
    void theConditionNamesTheMissingSecret() {
        fixture.client.secrets().inNamespace(ELSEWHERE).withName(CREDENTIALS).delete();
        fixture.createScaleSet("set");
        await().untilAsserted(() -> assertThat(
                        fixture.scaleSet("set").getStatus().toString())
                .contains("Secret " + ELSEWHERE + "/" + CREDENTIALS + " for GitHub credentials does not exist"));
    }

    private String listenerConfig() {
        return fixture.listeners().stream()
                .map(listener -> fixture.client
                        .secrets()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withName(ScaleSetNames.listenerConfigSecret(
                                listener.getMetadata().getName()))
                        .get())
                .filter(Objects::nonNull)
                .map(config -> decode(config.getData().getOrDefault("config.json", "")))
                .collect(Collectors.joining());
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
