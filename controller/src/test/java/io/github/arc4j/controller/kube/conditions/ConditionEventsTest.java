package io.github.arc4j.controller.kube.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which conditions become Events: lasting problems, problems that only the user can fix, and normal states. */
class ConditionEventsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration WARNING_DELAY = ConditionEvents.WARNING_DELAY;

    private final FakeTime clock = new FakeTime();
    private final List<String> emitted = new ArrayList<>();
    /** Reasons of Events that are not repetitions. */
    private final List<String> logged = new ArrayList<>();

    private final AutoscalingListener object = new AutoscalingListener();
    private ConditionEvents events = newProcess();
    private List<Condition> conditions = List.of();

    ConditionEventsTest() {
        object.getMetadata().setUid("uid");
    }

    private ConditionEvents newProcess() {
        return new ConditionEvents(new Recorder(), clock);
    }

    private final class Recorder implements EventRecorder {
        @Override
        public void record(HasMetadata on, Type type, String reason, String message) {
            emitted.add(type.label() + " " + reason + ": " + message);
            logged.add(reason);
        }

        @Override
        public void recordAgain(HasMetadata on, Type type, String reason, String message) {
            emitted.add(type.label() + " " + reason + ": " + message);
        }
    }

    /** A pass that finds the object in this state. */
    private @Nullable Duration pass(boolean ready, String reason) {
        return pass(ready, reason, "why");
    }

    private @Nullable Duration pass(boolean ready, String reason, String message) {
        List<Condition> before = conditions;
        conditions = TestConditions.with(before, Conditions.READY, ready, reason, message, 1L, clock.instant());
        events.changed(object, before, conditions);
        return events.passed(object, before, conditions);
    }

    @Test
    void aLastingProblemBecomesAWarning() {
        assertThat(pass(false, "GitHubUnreachable")).isEqualTo(WARNING_DELAY);
        clock.pass(WARNING_DELAY.minus(SECOND));
        assertThat(pass(false, "GitHubUnreachable")).isEqualTo(SECOND);
        assertThat(emitted).isEmpty();
        clock.pass(SECOND);
        assertThat(pass(false, "GitHubUnreachable")).isNull();
        assertThat(emitted).containsExactly("Warning GitHubUnreachable: why");
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "False", "Unknown"})
    void conditionsOfOthersAreNotReported(String status) {
        conditions = List.of(new ConditionBuilder()
                .withType("Stalled")
                .withStatus(status)
                .withReason("Forged")
                .withMessage("")
                .build());
        assertThat(pass(true, "Running")).isNull();
        clock.pass(WARNING_DELAY);
        assertThat(pass(true, "Running")).isNull();
        assertThat(emitted).containsExactly("Normal Running: why");
    }

    /** The API server admits such times; whoever may write the status chooses them. */
    @Test
    void aTimeThatCannotBeReadIsLongAgo() {
        pass(false, "GitHubUnreachable");
        conditions.getFirst().setLastTransitionTime("2026-01-01T00:00:00+99:99");
        clock.pass(SECOND);
        assertThat(pass(false, "GitHubUnreachable")).isNull();
        assertThat(emitted).containsExactly("Warning GitHubUnreachable: why");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deleting", "Draining", "ListenerReplaced", "ListenersEnding", "RunnerSetEnding"})
    void whatIsInProgressIsNormal(String reason) {
        assertThat(pass(false, reason)).isNull();
        clock.pass(WARNING_DELAY);
        assertThat(pass(false, reason)).isNull();
        assertThat(emitted).containsExactly("Normal " + reason + ": why");
    }

    @Test
    void aBriefProblemCausesNoEvent() {
        pass(true, "Ready");
        emitted.clear();
        for (int i = 0; i < 10; i++) {
            clock.pass(WARNING_DELAY.minus(SECOND.multipliedBy(5)));
            pass(false, "GitHubRequestFailed");
            clock.pass(SECOND);
            pass(true, "Ready");
        }
        assertThat(emitted).isEmpty();
    }

    @Test
    void theEndOfAReportedProblemIsReported() {
        pass(false, "GitHubUnreachable");
        clock.pass(WARNING_DELAY);
        pass(false, "GitHubUnreachable");
        pass(true, "Ready");
        assertThat(emitted).containsExactly("Warning GitHubUnreachable: why", "Normal Ready: why");
    }

    @Test
    void aChangedReasonDoesNotRestartTheDelay() {
        pass(false, "GitHubUnreachable");
        clock.pass(WARNING_DELAY);
        pass(false, "GitHubRequestFailed");
        assertThat(emitted).containsExactly("Warning GitHubRequestFailed: why");
    }

    @Test
    void aNewProcessKnowsHowLongAProblemHasLasted() {
        pass(false, "GitHubUnreachable");
        clock.pass(WARNING_DELAY);
        events = newProcess();
        pass(false, "GitHubUnreachable");
        assertThat(emitted).containsExactly("Warning GitHubUnreachable: why");
    }

    @Test
    void aLastingProblemIsRepeatedButNotByEachReconcile() {
        for (int i = 0; i < 100; i++) {
            pass(false, "GitHubUnreachable");
            clock.pass(SECOND);
        }
        assertThat(emitted).hasSize(3).containsOnly("Warning GitHubUnreachable: why");
        assertThat(logged).hasSize(1);
    }

    @Test
    void aLastingProblemIsRecordedAgainAfterAnHourAndWhenItRecurs() {
        pass(false, "GitHubUnreachable");
        for (int minute = 0; minute < 59; minute++) {
            clock.pass(Duration.ofMinutes(1));
            pass(false, "GitHubUnreachable");
        }
        assertThat(logged).containsExactly("GitHubUnreachable");
        clock.pass(Duration.ofMinutes(2));
        pass(false, "GitHubUnreachable");
        assertThat(logged).containsExactly("GitHubUnreachable", "GitHubUnreachable");
        pass(true, "Ready");
        clock.pass(Duration.ofMinutes(1));
        pass(false, "GitHubUnreachable");
        clock.pass(WARNING_DELAY);
        pass(false, "GitHubUnreachable");
        assertThat(logged).containsExactly("GitHubUnreachable", "GitHubUnreachable", "Ready", "GitHubUnreachable");
    }

    @Test
    void theStartupTimeDoesNotCountAsAProblem() {
        pass(false, "ListenerStarting");
        clock.pass(WARNING_DELAY.multipliedBy(2));
        assertThat(pass(false, "NotReady")).isEqualTo(WARNING_DELAY);
        clock.pass(SECOND);
        pass(true, "Listening");
        assertThat(emitted).containsExactly("Normal ListenerStarting: why", "Normal Listening: why");
    }

    @Test
    void aLastingProblemAfterAStartBecomesAWarning() {
        pass(false, "ListenerStarting");
        clock.pass(WARNING_DELAY.multipliedBy(2));
        pass(false, "NotReady");
        clock.pass(WARNING_DELAY);
        pass(false, "NotReady");
        assertThat(emitted).containsExactly("Normal ListenerStarting: why", "Warning NotReady: why");
    }

    @Test
    void anExpectedStateNeverBecomesAWarning() {
        pass(false, "Draining");
        clock.pass(Duration.ofHours(1));
        assertThat(pass(false, "Draining")).isNull();
        assertThat(emitted).containsExactly("Normal Draining: why");
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidConfigUrl", "InvalidTemplate", "RunnerOutdated", "ListenerEnded"})
    void aPermanentProblemIsOneImmediateWarning(String reason) {
        assertThat(pass(false, reason)).isNull();
        pass(false, reason);
        assertThat(emitted).containsExactly("Warning " + reason + ": why");
    }

    @Test
    void severalConditionsWithTheSameReasonAreOneWarning() {
        List<Condition> all = List.of();
        for (String type : List.of(Conditions.READY, "GitHubReachable")) {
            all = TestConditions.with(all, type, false, "GitHubUnreachable", "why", 1L, clock.instant());
        }
        all = TestConditions.with(all, Conditions.DEGRADED, true, "GitHubUnreachable", "why", 1L, clock.instant());
        clock.pass(WARNING_DELAY);
        assertThat(events.passed(object, all, all)).isNull();
        assertThat(emitted).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RunnersStuck", "RunnersFailed", "RunnersRefused"})
    void aWarningDoesNotNameIndividualRunners(String reason) {
        pass(false, reason, "3 runners cannot start; set-runner-x7k2p: no such image");
        clock.pass(WARNING_DELAY);
        pass(false, reason, "4 runners cannot start; set-runner-qq9fm: no such image");
        clock.pass(WARNING_DELAY);
        pass(false, reason, "5 runners cannot start; set-runner-8hpwt: no such image");
        assertThat(emitted).hasSize(2).allSatisfy(event -> assertThat(event).isEqualTo(emitted.getFirst()));
        assertThat(emitted.getFirst()).doesNotContain("set-runner");
    }

    @Test
    void aClockThatWasSetBackDoesNotDelayWarnings() {
        pass(false, "GitHubUnreachable");
        clock.pass(Duration.ofHours(-1));
        pass(false, "GitHubUnreachable");
        assertThat(emitted).containsExactly("Warning GitHubUnreachable: why");
    }
}
