package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The phase, counts, conditions and Events of a scale set. */
class ScaleSetStatusTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aScaleSetThatRunsIsReady() throws Exception {
        fixture.createAndSettle();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("True Ready");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("True Reachable");
        assertThat(fixture.conditionOf("CredentialsValid")).isEqualTo("True Accepted");
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("True ListenerRunning");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("False AsExpected");
        assertThat(fixture.status().phase()).isEqualTo("Running");
        long generation = fixture.set().getMetadata().getGeneration();
        assertThat(fixture.status().observedGeneration()).isEqualTo(generation);
        assertThat(fixture.status().conditions())
                .allSatisfy(condition ->
                        assertThat(condition.getObservedGeneration()).isEqualTo(generation));
    }

    @Test
    void refusedCredentialsAreReported() throws Exception {
        fixture.runners.failAccessWith(new GitHubAccessException("SecretMissing", "create the Secret"));
        fixture.create();
        fixture.pass();
        assertThat(fixture.conditionOf("CredentialsValid")).isEqualTo("False SecretMissing");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("False SecretMissing");
        assertThat(fixture.condition(Conditions.READY).getMessage()).isEqualTo("create the Secret");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
    }

    @Test
    void eachTransitionIsOneEvent() throws Exception {
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.create();
        fixture.pass();
        assertThat(fixture.runners.events).isEmpty();
        fixture.runners.pass(ConditionEvents.WARNING_DELAY);
        fixture.pass();
        fixture.pass();
        assertThat(fixture.runners.events).containsExactly("GitHubUnreachable");
        fixture.github.failWith(null);
        fixture.settle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        fixture.pass();
        assertThat(fixture.runners.events)
                .containsExactly("GitHubUnreachable", "ScaleSetRegistered", "ListenerStarting", "Ready");
    }

    @Test
    void aFailureIsReportedOnceHoweverItsIdsDiffer() throws Exception {
        fixture.create();
        Set<String> versions = new HashSet<>();
        for (String id : List.of("a-1", "a-2", "a-3")) {
            ErrorDetails details =
                    new ErrorDetails(500, "", id, "", null, true, false, "request createScaleSet failed");
            fixture.github.failWith(new ActionsServiceException("activity_id=" + id, details));
            fixture.pass();
            versions.add(fixture.set().getMetadata().getResourceVersion());
        }
        assertThat(fixture.condition(Conditions.READY).getMessage()).isEqualTo("request createScaleSet failed");
        assertThat(versions).hasSize(1);
    }

    @Test
    void conditionAndMetricReportAnOutageOfGitHub() throws Exception {
        assertThat(silence()).isNull();
        fixture.createAndSettle();
        assertThat(silence()).isZero();

        fixture.runners.pass(Duration.ofMinutes(11));
        Instant begin = Instant.parse(fixture.runners.now());
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.pass();
        String told = fixture.versions();
        for (int minute = 0; minute < 20; minute++) {
            fixture.runners.pass(Duration.ofMinutes(1));
            fixture.pass();
        }
        assertThat(fixture.versions()).as("nothing is written per retry").isEqualTo(told);
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False GitHubUnreachable");
        assertThat(fixture.condition("GitHubReachable").getMessage()).contains("no route");
        assertThat(Instant.parse(fixture.condition("GitHubReachable").getLastTransitionTime()))
                .isCloseTo(begin, within(1, ChronoUnit.MINUTES));
        assertThat(silence()).isCloseTo(1200, within(60.0));

        fixture.github.failWith(null);
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(silence()).isZero();
    }

    private @Nullable Double silence() {
        fixture.runners.sync();
        return fixture.runners.metrics.getSampleValue(
                "gha_controller_github_silence_seconds",
                new String[] {"name", "namespace"},
                new String[] {NAME, ReconcilerFixture.NAMESPACE});
    }

    /** Nothing else would requeue the key. */
    @Test
    void aReconcileIsScheduledForADueWarning() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        fixture.runners.events.clear();
        fixture.listenerIs(false, "SessionConflict");
        assertComesBackAfter(fixture.pass(), ConditionEvents.WARNING_DELAY);
        assertThat(fixture.runners.events).isEmpty();
        fixture.runners.pass(ConditionEvents.WARNING_DELAY);
        fixture.pass();
        assertThat(fixture.runners.events).containsExactly("SessionConflict");
    }

    @Test
    void anInvalidEditIsReportedAndRunningObjectsContinue() throws Exception {
        fixture.createAndSettle();
        fixture.edit(spec -> spec.minRunners(5).maxRunners(1));
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False InvalidLimits");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
        fixture.edit(spec -> spec.minRunners(1).maxRunners(5));
        fixture.pass();
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    @Test
    void anInvalidConfigUrlIsReported() throws Exception {
        fixture.create(NAME, spec -> spec.githubConfigUrl("https://github.com"));
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False InvalidConfigUrl");
    }

    @Test
    void changedCountsOfTheRunnerSetAreCopied() throws Exception {
        fixture.createAndSettle();
        fixture.runnerSetReports(status -> status.currentReplicas(3).pendingEphemeralRunners(3));
        fixture.pass();
        fixture.runnerSetReports(status -> status.currentReplicas(3)
                .pendingEphemeralRunners(1)
                .runningEphemeralRunners(1)
                .failedEphemeralRunners(1));
        fixture.pass();
        assertThat(fixture.status())
                .returns(3, AutoscalingRunnerSetStatus::currentRunners)
                .returns(1, AutoscalingRunnerSetStatus::pendingEphemeralRunners)
                .returns(1, AutoscalingRunnerSetStatus::runningEphemeralRunners)
                .returns(1, AutoscalingRunnerSetStatus::failedEphemeralRunners);
    }

    @Test
    void problemsOfRunnersAreReportedEvenIfTheListenerRuns() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.runnerSetReports(status -> status.conditions(TestConditions.with(
                List.of(), Conditions.READY, false, "RunnersStuck", "1 runner", null, Instant.now())));
        fixture.pass();
        assertThat(fixture.conditionOf("RunnersHealthy")).isEqualTo("False RunnersStuck");
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnersStuck");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True RunnersStuck");
    }

    @Test
    void theUninstallReportIsReplaced() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        AutoscalingRunnerSetStatus before = fixture.status();
        fixture.controllerIsUninstalled();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ControllerUninstalled");
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("True Ready");
        assertThat(fixture.status().phase()).isEqualTo("Running");
        assertThat(fixture.status().conditions())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("lastTransitionTime")
                .isEqualTo(before.conditions());
    }

    @Test
    void theUninstallReportIsReplacedDuringABackoff() throws Exception {
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.create();
        fixture.pass();
        fixture.controllerIsUninstalled();
        fixture.github.failWith(ScaleSetFixture.NOT_SENT);
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False BackingOff");
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False GitHubUnreachable");
    }
}
