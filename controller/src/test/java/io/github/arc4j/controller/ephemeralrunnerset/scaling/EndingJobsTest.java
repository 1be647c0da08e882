package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState.Snapshot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which runners count while jobs end: a runner's end and the listener's report of it come in any order. */
class EndingJobsTest {
    private final ScalingFixture fixture = new ScalingFixture();
    private final ScalingState scaling = fixture.start();

    /** What is remembered of a set begins with its first pass. */
    @BeforeEach
    void firstPass() {
        reported("former");
    }

    private Snapshot reported(String names) {
        return pass(set(1, names));
    }

    private Snapshot pass(EphemeralRunnerSet set) {
        return scaling.of(set, 0, Integer.MAX_VALUE);
    }

    private static EphemeralRunnerSet set(int patchId, String reported) {
        return ScalingFixture.set(patchId, 5, reported);
    }

    private static void assertCounts(Snapshot snapshot, int endedButCounted, int runningButUncounted) {
        assertThat(snapshot.count().endedButCounted()).as("ended but counted").isEqualTo(endedButCounted);
        assertThat(snapshot.count().runningButUncounted())
                .as("running but uncounted")
                .isEqualTo(runningButUncounted);
    }

    @Test
    void aRunnerThatEndedIsCountedUntilTheListenerReportsIt() {
        fixture.runs("a");
        fixture.ends("a");
        assertCounts(reported("former"), 1, 0);
        assertCounts(reported("former,a"), 0, 0);
    }

    @Test
    void aRunnerEndsWithItsDeletionNotWithTheEndOfItsObject() {
        fixture.runs("a");
        fixture.isBeingDeleted("a");
        assertCounts(reported("former"), 1, 0);
        assertCounts(reported("former,a"), 0, 0);
        fixture.ends("a");
        assertCounts(reported("former,a"), 0, 0);
    }

    @Test
    void aRunnerWhoseJobIsReportedIsUncountedUntilItEnds() {
        fixture.runs("a");
        assertCounts(reported("a"), 0, 1);
        assertCounts(reported("b"), 0, 1);
        fixture.ends("a");
        assertCounts(reported("b"), 0, 0);
    }

    @Test
    void aJobOfAnEarlierRegistrationDoesNotEndTheRunner() {
        fixture.isRegistered("a", 8, "");
        fixture.isRegistered("b", 8, "second");
        assertCounts(reported("a:7:first,b:8:first"), 0, 0);
        assertCounts(reported("a:8:second,b:8:second"), 0, 2);
    }

    @Test
    void theLatestReportBetweenPassesCounts() {
        fixture.isRegistered("a", 8, "second");
        for (int version = 6; version < 9; version++) {
            EphemeralRunnerSet between =
                    set(1, List.of("a:7:first", "a:8:second", "later").get(version - 6));
            between.getMetadata().setResourceVersion(Integer.toString(version));
            fixture.sets.written(between);
        }
        EphemeralRunnerSet latest = set(1, "later");
        latest.getMetadata().setResourceVersion("8");
        assertCounts(pass(latest), 0, 1);
    }

    /** The status of a runner that has just registered again has the earlier registration. */
    @Test
    void aReportOfARunnersNameCountsWhenItEnds() {
        fixture.isRegistered("a", 7, "second");
        assertCounts(reported("a:8:second"), 0, 0);
        fixture.ends("a");
        assertCounts(reported("a:8:second"), 0, 0);
    }

    @Test
    void whatIsReportedBetweenPassesCounts() {
        fixture.runs("a");
        fixture.runs("b");
        fixture.ends("a");
        EphemeralRunnerSet between = set(1, "a,b");
        between.getMetadata().setResourceVersion("7");
        fixture.sets.written(between);
        EphemeralRunnerSet before = set(1, "former");
        before.getMetadata().setResourceVersion("6");
        assertCounts(pass(before), 1, 0);
        EphemeralRunnerSet after = set(1, "later");
        after.getMetadata().setResourceVersion("8");
        assertCounts(pass(after), 0, 1);
    }

    @Test
    void anIdleRunnerThatIsDeletedIsNotCounted() {
        fixture.idles("a");
        fixture.ends("a");
        assertCounts(reported("former"), 0, 0);
    }

    @Test
    void aRunnerThatSucceededMayHaveHadAJobThatIsNotInItsStatus() {
        fixture.idles("a");
        fixture.podSucceeded("a");
        fixture.ends("a");
        Snapshot snapshot = reported("former");
        assertCounts(snapshot, 1, 0);
        assertThat(snapshot.nextTimeout()).isEqualTo(Duration.ofSeconds(10));
        fixture.time.pass(Duration.ofSeconds(10));
        assertCounts(reported("former"), 0, 0);
    }

    @Test
    void aJobWhoseEndIsNeverReportedCountsForAMinute() {
        fixture.runs("a");
        fixture.ends("a");
        fixture.time.pass(Duration.ofSeconds(59));
        assertThat(reported("former").nextTimeout()).isEqualTo(Duration.ofSeconds(1));
        fixture.time.pass(Duration.ofSeconds(1));
        assertCounts(reported("former"), 0, 0);
    }

    @Test
    void aListenerThatReportsNoRunnersIsWaitedForTwoSeconds() {
        ScalingFixture fixture = new ScalingFixture();
        ScalingState fresh = fixture.start();
        fresh.of(set(1, ""), 0, Integer.MAX_VALUE);
        fixture.runs("a");
        fixture.ends("a");
        assertThat(fresh.of(set(1, ""), 0, Integer.MAX_VALUE).nextTimeout()).isEqualTo(Duration.ofSeconds(2));
        fixture.time.pass(Duration.ofSeconds(2));
        assertCounts(fresh.of(set(1, ""), 0, Integer.MAX_VALUE), 0, 0);
    }

    @Test
    void inAnIdleSetNoEndedRunnerIsCounted() {
        fixture.runs("a");
        fixture.ends("a");
        assertCounts(pass(set(0, "former")), 0, 0);
        assertCounts(reported("former"), 0, 0);
    }

    @Test
    void inAnIdleSetARunnerWithoutAJobIsNotUncounted() {
        fixture.runs("ending");
        fixture.idles("restarted");
        assertCounts(reported("ending,restarted"), 0, 2);
        assertCounts(pass(set(0, "ending,restarted")), 0, 1);
    }

    @Test
    void namesOfOtherSetsRunnersDoNotCount() {
        EphemeralRunner other = fixture.runner("a", true);
        other.getMetadata().getOwnerReferences().getFirst().setUid("another");
        fixture.runners.written(other);
        assertCounts(reported("a"), 0, 0);
    }
}
