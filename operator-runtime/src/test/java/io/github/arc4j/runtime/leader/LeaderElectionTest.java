package io.github.arc4j.runtime.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.TestKube;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class LeaderElectionTest {
    /** A leader keeps its lease also when the machine stalls for a few seconds. */
    private static final LeaseTiming STEADY =
            new LeaseTiming(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofMillis(100));
    /** A leader that cannot renew gives up soon, and long before another may start. */
    private static final LeaseTiming QUICK =
            new LeaseTiming(Duration.ofSeconds(12), Duration.ofSeconds(2), Duration.ofMillis(100));

    private final TestKube kube = new TestKube();
    private final List<Candidate> candidates = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        for (Candidate candidate : candidates) {
            candidate.thread.interrupt();
            candidate.thread.join();
            candidate.election.release();
        }
        kube.close();
    }

    private final class Candidate {
        final LeaderElection election;
        final CountDownLatch leads = new CountDownLatch(1);
        final CountDownLatch lost = new CountDownLatch(1);
        final Thread thread;

        Candidate(String identity) {
            this(identity, STEADY);
        }

        Candidate(String identity, LeaseTiming timing) {
            election = new LeaderElection(
                    kube.api.client(), "default", "the-lease", identity, timing, (object, type, reason, message) -> {});
            candidates.add(this);
            thread = Thread.startVirtualThread(() -> {
                try {
                    election.acquire();
                    election.hold(lost::countDown);
                    leads.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        Candidate awaitLead() throws InterruptedException {
            assertThat(leads.await(20, TimeUnit.SECONDS)).isTrue();
            return this;
        }

        boolean leads() {
            return leads.getCount() == 0;
        }

        boolean lost() {
            return lost.getCount() == 0;
        }
    }

    private Lease lease() {
        return kube.lease("the-lease");
    }

    private String holder() {
        return lease().getSpec().getHolderIdentity();
    }

    @Test
    void theFirstCandidateLeadsAndWritesACompatibleLease() throws Exception {
        new Candidate("a").awaitLead();
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("a");
        assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(60);
        assertThat(lease().getSpec().getLeaseTransitions()).isZero();
        assertThat(lease().getSpec().getAcquireTime()).isNotNull();
    }

    @Test
    void aRenewalIsOneRequest() throws Exception {
        new Candidate("a").awaitLead();
        var before = lease().getSpec().getRenewTime();
        kube.server.requests().reset();
        await().until(() -> kube.requests("update", "leases") >= 3);
        assertThat(lease().getSpec().getRenewTime()).isAfter(before);
        assertThat(kube.requests("get", "leases")).isZero();
    }

    @Test
    void aStandbyTakesOverSoonAfterARelease() throws Exception {
        Candidate a = new Candidate("a").awaitLead();
        Candidate b = new Candidate("b");
        a.election.release();
        b.awaitLead();
        assertThat(holder()).isEqualTo("b");
        assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(1);
        assertThat(a.lost()).isFalse();
    }

    @Test
    void anUnnoticedRenewalDoesNotPreventARelease() throws Exception {
        Candidate a = new Candidate("a").awaitLead();
        var fault = kube.server
                .faults()
                .inject(Fault.on("update", "leases").times(1).afterEffect().delay(Duration.ofSeconds(20)));
        await().until(() -> fault.strikes() == 1);
        a.election.release();
        assertThat(holder()).isEmpty();
        kube.server.faults().clear();
    }

    private void createLease(String holder, int seconds) {
        kube.client
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("the-lease")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(holder)
                        .withLeaseDurationSeconds(seconds)
                        .withLeaseTransitions(7)
                        .endSpec()
                        .build())
                .create();
    }

    @Test
    void aStandbyTakesOverWhenTheLeaseIsNoLongerRenewed() throws Exception {
        createLease("crashed", 1);
        long begun = System.nanoTime();
        Candidate b = new Candidate("b").awaitLead();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        assertThat(b.leads()).isTrue();
        assertThat(holder()).isEqualTo("b");
        assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(8);
    }

    /** The Lease is valid for longer than the test may take. */
    @Test
    void aRestartedLeaderTakesItsOwnLeaseImmediately() throws Exception {
        createLease("a", 600);
        new Candidate("a").awaitLead();
        assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(7);
        assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(60);
    }

    @Test
    void aLeaderStopsWhenAnotherProcessOfItsPodTakesTheLease() throws Exception {
        Candidate former = new Candidate("a").awaitLead();
        Candidate restarted = new Candidate("a").awaitLead();
        assertThat(former.lost.await(10, TimeUnit.SECONDS)).isTrue();
        former.election.release();
        assertThat(holder()).isEqualTo("a");
        assertThat(restarted.lost()).isFalse();
    }

    @Test
    void oneOfManyCandidatesLeads() throws Exception {
        List<Candidate> many = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            many.add(new Candidate("candidate-" + i));
        }
        await().until(() -> many.stream().anyMatch(Candidate::leads));
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> many.stream().filter(Candidate::leads).count() == 1);
    }

    @Test
    void aLeaderThatCannotRenewStopsBeforeAnotherMayStart() throws Exception {
        Candidate a = new Candidate("a", QUICK).awaitLead();
        long begun = System.nanoTime();
        kube.server.faults().inject(Fault.on("update", "leases").always().answer(500));
        assertThat(a.lost.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(QUICK.lease());
    }

    @Test
    void hangingRequestsDoNotDelayTheDeadline() throws Exception {
        Candidate a = new Candidate("a", QUICK).awaitLead();
        kube.server.faults().inject(Fault.on("*", "leases").always().delay(Duration.ofSeconds(20)));
        long begun = System.nanoTime();
        assertThat(a.lost.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(QUICK.lease());
        kube.server.faults().clear();
    }

    @Test
    void aLostResponseToARenewalDoesNotLoseTheLease() throws Exception {
        Candidate a = new Candidate("a").awaitLead();
        var fault = kube.server
                .faults()
                .inject(Fault.on("update", "leases").times(2).afterEffect().drop());
        await().until(() -> fault.strikes() == 2);
        kube.server.requests().reset();
        await().until(() -> kube.requests("update", "leases") >= 3);
        assertThat(a.lost()).isFalse();
    }

    @Test
    void aStolenLeaseIsLostImmediately() throws Exception {
        Candidate a = new Candidate("a").awaitLead();
        kube.stealLease("the-lease");
        assertThat(a.lost.await(10, TimeUnit.SECONDS)).isTrue();
        a.election.release();
        assertThat(holder()).isEqualTo("thief");
    }

    @Test
    void anUnavailableApiServerIsAwaitedAtTheStart() throws Exception {
        kube.server.faults().inject(Fault.on("*", "leases").times(3).answer(503));
        new Candidate("a").awaitLead();
        assertThat(holder()).isEqualTo("a");
    }
}
