package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NO_ROUTE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.conditionOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tenant without credentials annotates a scale set of theirs as if the one of somebody else were theirs. */
class ScaleSetSquattingTest {
    private static final GitHubAccessException NO_CREDENTIALS =
            new GitHubAccessException("SecretMissing", "no Secret github");
    private static final TlsConfig OWN_AUTHORITY =
            new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("own", "ca.crt", null)));
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Map<String, String> claim(int id) {
        return Map.of(
                Annotations.RUNNER_SCALE_SET_ID,
                Integer.toString(id),
                Annotations.RUNNER_SCALE_SET_NAME,
                NAME,
                Annotations.RUNNER_GROUP_NAME,
                "Default",
                Annotations.REGISTERED_CONFIG_URL,
                URL);
    }

    private void squat(int id) throws Exception {
        fixture.createOfTenant(UnaryOperator.identity(), claim(id));
        passOfTenantWithoutCredentials();
        passOfTenantWithoutCredentials();
        assertThat(conditionOf(fixture.setOfTenant(), "ScaleSetRegistered")).isEqualTo("False ScaleSetUnconfirmed");
    }

    private void passOfTenantWithoutCredentials() throws Exception {
        fixture.runners.failAccessWith(NO_CREDENTIALS);
        fixture.passOfTenant();
        fixture.runners.failAccessWith(null);
    }

    @Test
    void aScaleSetThatIsInstalledLaterIsRegistered() throws Exception {
        RunnerScaleSet guessed = fixture.existing(NAME, 1);
        squat(guessed.id());
        fixture.createAndSettle();
        assertThat(fixture.id()).isEqualTo(guessed.id());
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.listeners())
                .anyMatch(listener -> listener.getSpec()
                        .autoscalingRunnerSetNamespace()
                        .equals(fixture.set().getMetadata().getNamespace()));
    }

    @Test
    void aRegisteredScaleSetIsNotGivenUp() throws Exception {
        RunnerScaleSet guessed = fixture.existing(NAME, 1);
        squat(guessed.id());
        fixture.createAndSettle();
        passOfTenantWithoutCredentials();
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(guessed.id());
        assertThat(fixture.github.scaleSets).containsOnlyKeys(guessed.id());
    }

    /** Its claim is no better than the squatter's until GitHub has answered. */
    @Test
    void aScaleSetOfTheGoControllerIsTakenOverDespiteAnOlderClaimAndAnOutage() throws Exception {
        RunnerScaleSet scaleSet = fixture.existing(NAME, 1);
        squat(scaleSet.id());
        Map<String, String> byGo = new HashMap<>(claim(scaleSet.id()));
        byGo.remove(Annotations.REGISTERED_CONFIG_URL);
        fixture.createAnnotated(byGo);

        fixture.github.failWith(NO_ROUTE);
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(scaleSet.id());
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("False ScaleSetUnconfirmed");
        assertThat(fixture.listeners()).hasSize(2);

        fixture.github.failWith(null);
        fixture.runners.pass(RegistrationChecks.PROBLEM_PERIOD);
        fixture.settle();
        assertThat(fixture.id()).isEqualTo(scaleSet.id());
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
    }

    @Test
    void aDeletedScaleSetIsDeletedAtGitHubToo() throws Exception {
        RunnerScaleSet guessed = fixture.existing(NAME, 1);
        squat(guessed.id());
        fixture.createAndSettle();
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.github.scaleSets).isEmpty();
        assertThat(fixture.runners.events).doesNotContain("ScaleSetKept");
    }

    /** What GitHub confirmed of one id says nothing of another. */
    @Test
    void anEditedIdIsNotAConfirmedClaim() throws Exception {
        fixture.createOfTenant(spec -> spec.runnerScaleSetName("own"), Map.of());
        fixture.passOfTenant();
        assertThat(conditionOf(fixture.setOfTenant(), "ScaleSetRegistered")).isEqualTo("True Registered");
        RunnerScaleSet wanted = fixture.existing(NAME, 1);
        fixture.runners.client.resource(fixture.setOfTenant()).edit(set -> {
            set.getMetadata().setAnnotations(claim(wanted.id()));
            return set;
        });
        passOfTenantWithoutCredentials();
        fixture.createAndSettle();
        assertThat(fixture.id()).isEqualTo(wanted.id());
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
    }

    /** With a server or a proxy of their own, tenants can choose how long that takes. */
    @Test
    void annotationsThatAreEditedDuringACheckAreNotConfirmed() throws Exception {
        RunnerScaleSet wanted = fixture.existing(NAME, 1);
        fixture.createOfTenant(
                spec -> spec.runnerScaleSetName("own").githubConfigUrl("https://github.com/tenant"), Map.of());
        fixture.passOfTenant();
        annotateOfTenant(Map.of(Annotations.RUNNER_GROUP_NAME, ""));
        fixture.github.whenRead = () -> annotateOfTenant(claim(wanted.id()));
        fixture.runners.pass(RegistrationChecks.PERIOD);
        fixture.passOfTenant();
        fixture.github.whenRead = () -> {};
        assertThat(RegisteredScaleSet.id(fixture.setOfTenant())).isEqualTo(wanted.id());
        assertThat(conditionOf(fixture.setOfTenant(), "ScaleSetRegistered")).isEqualTo("False ScaleSetUnconfirmed");
        fixture.createAndSettle();
        assertThat(fixture.id()).isEqualTo(wanted.id());
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
    }

    private void annotateOfTenant(Map<String, String> annotations) {
        fixture.runners.client.resource(fixture.setOfTenant()).edit(set -> {
            set.getMetadata().getAnnotations().putAll(annotations);
            return set;
        });
    }

    /** With their own certificate authority and proxy, tenants can answer in place of GitHub. */
    @Test
    void theResponsesOfAServerThatATenantTrustsDoNotCountForOthers() throws Exception {
        RunnerScaleSet guessed = fixture.existing(NAME, 1);
        fixture.createOfTenant(spec -> spec.githubServerTLS(OWN_AUTHORITY), claim(guessed.id()));
        fixture.passOfTenant();
        assertThat(conditionOf(fixture.setOfTenant(), "ScaleSetRegistered")).isEqualTo("True Registered");
        fixture.createAndSettle();
        assertThat(fixture.id()).isEqualTo(guessed.id());
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");

        fixture.runners.client.resource(fixture.setOfTenant()).edit(set -> {
            set.setSpec(set.getSpec().toBuilder().githubServerTLS(null).build());
            return set;
        });
        passOfTenantWithoutCredentials();
        fixture.edit(spec -> spec.maxRunners(5));
        fixture.settle();
        assertThat(fixture.id()).isEqualTo(guessed.id());
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
    }

    /** GitHub confirms to everybody with credentials of the organization that the scale set exists. */
    @Test
    void anOlderObjectOfATenantWithCredentialsDoesNotTakeARegisteredScaleSet() throws Exception {
        fixture.createOfTenant(spec -> spec.runnerScaleSetName("own"), Map.of());
        fixture.passOfTenant();
        fixture.createAndSettle();
        int id = fixture.id();
        fixture.runners.client.resource(fixture.setOfTenant()).edit(set -> {
            set.getMetadata().setAnnotations(claim(id));
            set.setSpec(set.getSpec().toBuilder().runnerScaleSetName(NAME).build());
            return set;
        });
        fixture.passOfTenant();
        fixture.passOfTenant();
        assertThat(conditionOf(fixture.setOfTenant(), Conditions.READY)).isEqualTo("False ScaleSetNameTaken");
        fixture.edit(spec -> spec.maxRunners(5));
        fixture.settle();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
    }

    /**
     * A controller that has just started knows only what the status says, if its credentials are not valid any more.
     */
    @Test
    void aConfirmedClaimCountsForTheNextProcess() throws Exception {
        try (ControllerFixture controller = new ControllerFixture()) {
            controller.createScaleSet(NAME);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(conditionOf(controller.scaleSet(NAME), "ScaleSetRegistered"))
                            .isEqualTo("True Registered"));
            Secret credentials = ControllerFixture.credentials("sim-pat");
            controller.client.resource(credentials).delete();
            credentials.getMetadata().setName("other");
            controller.client.resource(credentials).create();
            controller.restartController();
            controller.createScaleSet(
                    "second", spec -> spec.runnerScaleSetName(NAME).githubConfigSecret("other"));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(conditionOf(controller.scaleSet("second"), Conditions.READY))
                            .isEqualTo("False ScaleSetNameTaken"));
        }
    }
}
