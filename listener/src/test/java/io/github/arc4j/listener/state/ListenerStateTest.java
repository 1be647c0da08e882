package io.github.arc4j.listener.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.listener.FakeTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListenerStateTest {
    private final FakeTiming timing = new FakeTiming();
    private final ListenerState state = new ListenerState(timing, SessionObserver.NONE);

    private void listen() {
        state.step();
        state.polled();
        state.listening();
    }

    private void fail(FailureKind kind, Duration pause) {
        state.pausing(kind, "why", pause);
        timing.pass(pause);
        state.step();
    }

    @Test
    void isReadyFromTheFirstSessionOn() {
        assertThat(state.readinessProblem()).hasValue("no session yet");
        state.listening();
        assertThat(state.readinessProblem()).isEmpty();
    }

    @Test
    void anIdleListenerIsLiveForEver() {
        for (int i = 0; i < 100; i++) {
            listen();
            timing.pass(Duration.ofSeconds(50));
            assertThat(state.livenessProblem()).isEmpty();
            assertThat(state.readinessProblem()).isEmpty();
        }
        assertThat(state.pollAgeSeconds()).isEqualTo(50);
    }

    @Test
    void aPollThatHangsIsDeaf() {
        listen();
        state.step();
        timing.pass(Duration.ofMinutes(4));
        assertThat(state.livenessProblem()).isEmpty();
        timing.pass(Duration.ofMinutes(2));
        assertThat(state.livenessProblem()).isPresent();
    }

    @Test
    void aLongPauseOnRequestIsNotDeaf() {
        listen();
        state.pausing(FailureKind.RATE_LIMIT, "slow down", Duration.ofMinutes(20));
        timing.pass(Duration.ofMinutes(20));
        assertThat(state.livenessProblem()).isEmpty();
        assertThat(state.readinessProblem()).hasValue("rate_limit: slow down");
    }

    @Test
    void aShortProblemChangesNothingAndALongOneMakesItUnreadyAndThenDeaf() {
        listen();
        fail(FailureKind.NETWORK, Duration.ofSeconds(30));
        assertThat(state.readinessProblem()).isEmpty();
        fail(FailureKind.SERVICE_ERROR, Duration.ofSeconds(40));
        assertThat(state.readinessProblem()).hasValue("service_error: why");
        assertThat(state.livenessProblem()).isEmpty();
        for (int i = 0; i < 30; i++) {
            fail(FailureKind.HANDLER, Duration.ofMinutes(1));
        }
        assertThat(state.livenessProblem()).isPresent();
        listen();
        assertThat(state.livenessProblem()).isEmpty();
        assertThat(state.readinessProblem()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "SESSION_CONFLICT", "SCALE_SET_GONE"})
    void whatANewProcessCannotFixIsUnreadyImmediatelyAndNeverDeaf(FailureKind kind) {
        listen();
        for (int i = 0; i < 100; i++) {
            fail(kind, Duration.ofMinutes(5));
            assertThat(state.readinessProblem()).hasValue(kind.cause() + ": why");
            assertThat(state.livenessProblem()).isEmpty();
        }
    }

    @Test
    void aStoppedListenerIsNotReadyAndNotDeaf() {
        listen();
        state.stopped();
        timing.pass(Duration.ofHours(1));
        assertThat(state.readinessProblem()).hasValue("stopped");
        assertThat(state.livenessProblem()).isEmpty();
    }
}
