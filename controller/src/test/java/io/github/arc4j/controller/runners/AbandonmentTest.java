package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a deletion no longer waits for GitHub. */
class AbandonmentTest {
    private static boolean isDue(boolean hasTimedOut, boolean isLockedOut, boolean hasJob, boolean mayRun) {
        return Abandonment.isDue(hasTimedOut, isLockedOut, hasJob, () -> mayRun);
    }

    @Test
    void neverBeforeTheTimeout() {
        assertThat(isDue(false, true, false, false)).isFalse();
    }

    @Test
    void afterTheTimeoutIfThePodCannotRun() {
        assertThat(isDue(true, false, false, false)).isTrue();
        assertThat(isDue(true, false, true, false)).isTrue();
    }

    @Test
    void notWhileThePodMayRunAJobThatIsNotOnRecord() {
        assertThat(isDue(true, false, false, true)).isFalse();
    }

    @Test
    void withoutAJobIfTheConfigurationKeepsOthersFromReportingOne() {
        assertThat(isDue(true, true, false, true)).isTrue();
        assertThat(isDue(true, true, true, true)).isFalse();
    }
}
