package io.github.arc4j.runtime.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a standby takes over and when a leader stops, without real time. */
class LeaseTimesTest {
    private static final LeaseTiming TIMING =
            new LeaseTiming(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(1));

    /** Any value: the origin of a monotonic clock is arbitrary, and it may overflow. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    private static Lease lease(String holder, long version) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withResourceVersion(Long.toString(version))
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(4)
                .endSpec()
                .build();
    }

    private static Duration untilFree(ObservedLease lease, double seconds) {
        return lease.untilFree("standby", TIMING.lease(), at(seconds));
    }

    @Test
    void aLeaseExpiresItsDurationAfterItsLastChangeWasSeen() {
        ObservedLease first = ObservedLease.after(null, lease("leader", 1), at(0));
        ObservedLease same = ObservedLease.after(first, lease("leader", 1), at(1));
        assertThat(untilFree(same, 1)).isEqualTo(Duration.ofSeconds(3));
        assertThat(untilFree(same, 4)).isZero();
        assertThat(untilFree(same, 9)).isZero();

        ObservedLease renewed = ObservedLease.after(same, lease("leader", 2), at(2));
        assertThat(untilFree(renewed, 4)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theDurationInTheLeaseCounts() {
        Lease go = lease("leader", 1);
        go.getSpec().setLeaseDurationSeconds(15);
        assertThat(untilFree(ObservedLease.after(null, go, at(0)), 5)).isEqualTo(Duration.ofSeconds(10));
        go.getSpec().setLeaseDurationSeconds(null);
        assertThat(untilFree(ObservedLease.after(null, go, at(0)), 3)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aReleasedOrOwnLeaseIsFree() {
        assertThat(untilFree(ObservedLease.after(null, lease("", 1), at(0)), 0)).isZero();
        assertThat(untilFree(ObservedLease.after(null, lease("standby", 1), at(0)), 0))
                .isZero();
    }

    @Test
    void aLeaderRenewsOncePerRetryPeriodHoweverLongARenewalTakes() {
        RenewalSchedule schedule = new RenewalSchedule(TIMING, at(0));
        assertThat(schedule.untilAttempt(at(0.25))).isEqualTo(Duration.ofMillis(750));
        schedule.attempted(at(1), true);
        assertThat(schedule.untilAttempt(at(1.75))).isEqualTo(Duration.ofMillis(250));
        assertThat(schedule.untilAttempt(at(2.5))).isZero();
    }

    @Test
    void aFailedRenewalIsRepeatedFourTimesPerPeriodUntilTheDeadline() {
        RenewalSchedule schedule = new RenewalSchedule(TIMING, at(0));
        schedule.attempted(at(1), false);
        assertThat(schedule.untilAttempt(at(1))).isEqualTo(Duration.ofMillis(250));
        schedule.attempted(at(2.9), false);
        assertThat(schedule.untilAttempt(at(2.9))).isEqualTo(Duration.ofMillis(100));
        assertThat(schedule.isOver(at(2.99))).isFalse();
        assertThat(schedule.isOver(at(3))).isTrue();
    }

    @Test
    void aRequestThatHangsLeavesTimeForAnotherOne() {
        RenewalSchedule schedule = new RenewalSchedule(TIMING, at(0));
        assertThat(schedule.attemptTimeout(at(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(schedule.attemptTimeout(at(2.75))).isEqualTo(Duration.ofMillis(250));
        assertThat(schedule.attemptTimeout(at(2.9))).isEqualTo(Duration.ofMillis(100));
    }

    /**
     * A leader and a standby on clocks that differ, while renewals are slow, fail, or take effect although their
     * responses are lost, until the leader dies.
     */
    @Property
    void aStandbyTakesOverSoonAfterTheLeaderButNeverBeforeItHasStopped(@ForAll long seed) {
        Race race = new Race(new Random(seed));
        double takeover = race.run();
        assertThat(race.leader.isOver(race.leaderClock(takeover))).isTrue();
        // The lease, a pause, the read that sees the last renewal, one that comes too early, and the one that takes
        // over.
        assertThat(takeover - race.lastEffect).isBetween(4.0, 4.51 + 4 * race.slowestRead);
    }

    /** Simulates the API server and both processes; times are seconds of an ideal clock. */
    private static final class Race {
        /** A thread sleeps a little longer than it should. */
        static final double OVERSLEEP = 1e-6;

        final Random random;
        final long leaderOffset;
        final long standbyOffset;
        final RenewalSchedule leader;
        final double death;
        double nextAttempt;
        double effect = Double.POSITIVE_INFINITY;
        long version = 1;
        double lastEffect;
        double slowestRead;

        Race(Random random) {
            this.random = random;
            leaderOffset = random.nextLong();
            standbyOffset = random.nextLong();
            leader = new RenewalSchedule(TIMING, leaderClock(0));
            death = random.nextDouble(20);
            nextAttempt = 1;
        }

        long leaderClock(double time) {
            return leaderOffset + (long) (time * 1e9);
        }

        long standbyClock(double time) {
            return standbyOffset + (long) (time * 1e9);
        }

        double run() {
            @Nullable ObservedLease observed = null;
            // The leader may die without a renewal; then the standby knows of the Lease as soon as of another one.
            double time = random.nextDouble(TIMING.standbyPause().toMillis() / 1e3);
            while (true) {
                serveUntil(time);
                Lease read = lease("leader", version);
                double latency = random.nextDouble(0.3);
                slowestRead = Math.max(slowestRead, latency);
                time += latency;
                serveUntil(time);
                observed = ObservedLease.after(observed, read, standbyClock(time));
                Duration wait = observed.untilFree("standby", TIMING.lease(), standbyClock(time));
                // The write fails if the Lease has changed since.
                if (wait.isZero() && read.getMetadata().getResourceVersion().equals(Long.toString(version))) {
                    return time;
                }
                time += Math.min(wait.toNanos() / 1e9, TIMING.standbyPause().toNanos() / 1e9) + OVERSLEEP;
            }
        }

        /** Lets the leader renew until this time. */
        private void serveUntil(double time) {
            while (Math.min(nextAttempt, effect) <= time) {
                if (effect <= nextAttempt) {
                    version++;
                    lastEffect = effect;
                    effect = Double.POSITIVE_INFINITY;
                } else {
                    attempt(nextAttempt);
                }
            }
        }

        private void attempt(double begun) {
            if (begun >= death || leader.isOver(leaderClock(begun))) {
                nextAttempt = Double.POSITIVE_INFINITY;
                return;
            }
            double timeout = leader.attemptTimeout(leaderClock(begun)).toNanos() / 1e9;
            double duration = random.nextDouble() < 0.8 ? random.nextDouble(0.2) : random.nextDouble(3);
            boolean lost = random.nextDouble() < 0.1;
            boolean successful = !lost && duration < timeout;
            if (successful || random.nextBoolean()) {
                effect = begun + random.nextDouble() * Math.min(duration, timeout);
            }
            leader.attempted(leaderClock(begun), successful);
            double end = begun + Math.min(duration, timeout);
            nextAttempt = end + leader.untilAttempt(leaderClock(end)).toNanos() / 1e9;
        }
    }
}
