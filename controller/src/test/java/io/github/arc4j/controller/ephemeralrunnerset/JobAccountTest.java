package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunnerset.JobAccount.Balance;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.FakeTime;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobAccountTest {
    private final FakeTime time = new FakeTime();
    private final ResourceCache<EphemeralRunnerSet> sets = new ResourceCache<>(EphemeralRunnerSet.class);
    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    private final ResourceCache<Pod> pods = new ResourceCache<>(Pod.class);
    private final JobAccount account = new JobAccount(sets, runners, pods, JobAccountTest::hasSucceeded, time);
    private int version;

    private static boolean hasSucceeded(Pod pod) {
        return "Succeeded".equals(pod.getStatus().getPhase());
    }

    /** The account of a set begins with its first pass. */
    @BeforeEach
    void firstPass() {
        told("former");
    }

    private static EphemeralRunnerSet set(int patchId, String told) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName("set")
                .withUid("set-uid")
                .withAnnotations(told.isEmpty() ? Map.of() : Map.of(Annotations.COMPLETED_RUNNERS, told))
                .build());
        set.setSpec(
                EphemeralRunnerSetSpec.builder().patchID(patchId).replicas(5).build());
        return set;
    }

    private Balance told(String names) {
        return account.balance(set(1, names));
    }

    private void balanceIs(Balance balance, int owed, int spent) {
        assertThat(balance.owed()).as("owed").isEqualTo(owed);
        assertThat(balance.spent()).as("spent").isEqualTo(spent);
    }

    private EphemeralRunner runner(String name, boolean hasJob) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName(name)
                .withUid(name)
                .withResourceVersion(Integer.toString(++version))
                .withOwnerReferences(Owners.controller(set(1, "")))
                .build());
        runner.setStatus(EphemeralRunnerStatus.EMPTY.toBuilder()
                .jobId(hasJob ? "job" : "")
                .build());
        return runner;
    }

    private void runs(String name) {
        runners.written(runner(name, true));
    }

    private void idles(String name) {
        runners.written(runner(name, false));
    }

    private void ends(String name) {
        runners.deleted(runner(name, true));
    }

    private void isBeingDeleted(String name) {
        EphemeralRunner runner = runner(name, true);
        runner.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        runner.getMetadata().getFinalizers().add("hold");
        runners.written(runner);
    }

    private void podSucceeded(String name) {
        pods.written(new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withUid("pod-" + name)
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Succeeded")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewTerminated()
                .withExitCode(0)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());
    }

    @Test
    void aRunnerThatEndedIsOwedUntilTheListenerTells() {
        runs("a");
        ends("a");
        balanceIs(told("former"), 1, 0);
        balanceIs(told("former,a"), 0, 0);
    }

    @Test
    void aRunnerEndsWithItsDeletionNotWithTheEndOfItsObject() {
        runs("a");
        isBeingDeleted("a");
        balanceIs(told("former"), 1, 0);
        balanceIs(told("former,a"), 0, 0);
        ends("a");
        balanceIs(told("former,a"), 0, 0);
    }

    @Test
    void aRunnerWhoseJobIsOverIsSpentUntilItEnds() {
        runs("a");
        balanceIs(told("a"), 0, 1);
        balanceIs(told("b"), 0, 1);
        ends("a");
        balanceIs(told("b"), 0, 0);
    }

    @Test
    void whatIsToldBetweenPassesCounts() {
        runs("a");
        runs("b");
        ends("a");
        EphemeralRunnerSet between = set(1, "a,b");
        between.getMetadata().setResourceVersion("7");
        sets.written(between);
        EphemeralRunnerSet before = set(1, "former");
        before.getMetadata().setResourceVersion("6");
        balanceIs(account.balance(before), 1, 0);
        EphemeralRunnerSet after = set(1, "later");
        after.getMetadata().setResourceVersion("8");
        balanceIs(account.balance(after), 0, 1);
    }

    @Test
    void anIdleRunnerThatGoesIsNotOwed() {
        idles("a");
        ends("a");
        balanceIs(told("former"), 0, 0);
    }

    @Test
    void aRunnerThatEndedWellMayHaveHadAJobThatWasNotTold() {
        idles("a");
        podSucceeded("a");
        ends("a");
        Balance balance = told("former");
        balanceIs(balance, 1, 0);
        assertThat(balance.ifUntold()).isEqualTo(Duration.ofSeconds(2));
        time.pass(Duration.ofSeconds(2));
        balanceIs(told("former"), 0, 0);
    }

    @Test
    void aJobThatIsNeverToldIsForgottenAfterAMinute() {
        runs("a");
        ends("a");
        time.pass(Duration.ofSeconds(59));
        assertThat(told("former").ifUntold()).isEqualTo(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        balanceIs(told("former"), 0, 0);
    }

    @Test
    void aListenerThatTellsOfNoRunnersIsWaitedForTwoSeconds() {
        JobAccount fresh = new JobAccount(sets, runners, pods, JobAccountTest::hasSucceeded, time);
        fresh.balance(set(1, ""));
        runs("a");
        ends("a");
        assertThat(fresh.balance(set(1, "")).ifUntold()).isEqualTo(Duration.ofSeconds(2));
        time.pass(Duration.ofSeconds(2));
        balanceIs(fresh.balance(set(1, "")), 0, 0);
    }

    @Test
    void anIdleSetOwesNothing() {
        runs("a");
        ends("a");
        balanceIs(account.balance(set(0, "former")), 0, 0);
        balanceIs(told("former"), 0, 0);
    }

    @Test
    void inAnIdleSetARunnerWithoutAJobIsNotSpent() {
        runs("ending");
        idles("started-anew");
        balanceIs(told("ending,started-anew"), 0, 2);
        balanceIs(account.balance(set(0, "ending,started-anew")), 0, 1);
    }

    @Test
    void namesOfOtherSetsRunnersDoNotCount() {
        EphemeralRunner other = runner("a", true);
        other.getMetadata().getOwnerReferences().getFirst().setUid("another");
        runners.written(other);
        balanceIs(told("a"), 0, 0);
    }
}
