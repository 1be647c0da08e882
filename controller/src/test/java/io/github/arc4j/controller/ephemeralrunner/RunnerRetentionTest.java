package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A failed runner that {@code policy.retainFailed} keeps for inspection. */
class RunnerRetentionTest {
    private static final RunnerPolicy RETAIN = RunnerPolicy.builder()
            .retainFailed(new FailedRunnerRetention("10m", 5))
            .build();

    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @BeforeEach
    void createSets() {
        fixture.createSetWithPolicy("set", RETAIN);
        fixture.createSetWithPolicy("without", RunnerPolicy.DEFAULT);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    private void createRunning(String set, boolean hasJob) throws Exception {
        fixture.createRunner("a");
        fixture.adopt(set, "a");
        pass();
        fixture.podRuns("a");
        pass();
        if (hasJob) {
            fixture.jobStarts("a");
        }
    }

    private void isKilled(String phase) {
        fixture.github.busy.clear();
        fixture.podReports(
                "a",
                status -> status.withPhase(phase)
                        .editFirstContainerStatus()
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(137)
                                .withReason("OOMKilled")
                                .withMessage("Killed")
                                .endTerminated()
                                .build())
                        .endContainerStatus());
    }

    private Condition condition(String type) {
        return Conditions.find(fixture.status("a").conditions(), type).orElseThrow();
    }

    private boolean hasSecret() {
        return fixture.client.secrets().inNamespace(NAMESPACE).withName("a").get() != null;
    }

    private void assertRetained() {
        assertThat(Retention.isRetained(fixture.runner("a"))).isTrue();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.runner("a").getMetadata().getFinalizers()).containsExactly(Finalizers.EPHEMERAL_RUNNER);
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.github.registered).isEmpty();
        assertThat(hasSecret()).isFalse();
        assertThat(condition(Conditions.READY).getReason()).isEqualTo("PodFailed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailedRunnerIsDeregisteredAndItsPodIsKept(boolean hasJob) throws Exception {
        createRunning("set", hasJob);
        isKilled("Failed");
        pass();
        assertRetained();
        String message =
                (hasJob ? "failed during a job: " : "") + "the runner exited with code 137 (OOMKilled): Killed";
        assertThat(fixture.status("a").phase()).isEqualTo("Failed");
        assertThat(fixture.status("a").message()).isEqualTo(message);
        assertThat(condition(Conditions.READY).getMessage()).isEqualTo(message);
        assertThat(condition(Retention.RETAINED).getMessage()).startsWith("the pod is kept for inspection until 2");
        assertThat(fixture.events).containsExactly("PodFailed");
    }

    @Test
    void laterReconcilesChangeNothing() throws Exception {
        createRunning("set", false);
        isKilled("Failed");
        pass();
        long version = fixture.kube.store().version();
        pass();
        fixture.restart();
        pass();
        assertThat(fixture.kube.store().version()).isEqualTo(version);
        assertRetained();
    }

    @ParameterizedTest
    @CsvSource({
        "patch, ephemeralrunners/status, false",
        "patch, ephemeralrunners/status, true",
        "delete, secrets, false",
        "delete, secrets, true",
        "patch, ephemeralrunners, false",
        "patch, ephemeralrunners, true",
    })
    void anInterruptedRetentionContinuesInANewProcess(String verb, String target, boolean afterEffect)
            throws Exception {
        for (boolean hasJob : List.of(false, true)) {
            createRunning("set", hasJob);
            isKilled("Failed");
            Fault fault = Fault.on(verb, target);
            fixture.kube.faults().inject((afterEffect ? fault.afterEffect() : fault).answer(500));
            assertThat(catchThrowable(this::pass)).isNotNull();
            fixture.restart();
            pass();
            assertRetained();
            fixture.deleteRunner("a");
            pass();
            fixture.assertThatNothingIsLeftOf("a");
        }
    }

    @Test
    void theDeregistrationWaitsUntilGitHubConsidersTheJobEnded() throws Exception {
        createRunning("set", true);
        isKilled("Failed");
        fixture.github.busy.add("a");
        assertComesBackAfter(fixture.reconcileRunner("a"), Duration.ofSeconds(20));
        assertThat(Retention.isRetained(fixture.runner("a"))).isTrue();
        assertThat(fixture.github.registered).containsKey("a");
        fixture.github.busy.clear();
        pass();
        assertRetained();
    }

    @Test
    void anOutageOfGitHubDelaysTheDeregistrationAndDoesNotHideTheFailure() throws Exception {
        createRunning("set", false);
        isKilled("Failed");
        fixture.github.failWith(new ConnectionException("no answer", ErrorDetails.NONE, null));
        pass();
        assertThat(condition("GitHubReachable").getStatus()).isEqualTo("False");
        assertThat(Retention.isRetained(fixture.runner("a"))).isTrue();
        fixture.github.failWith(null);
        pass();
        assertRetained();
        assertThat(condition(Conditions.READY).getMessage()).contains("OOMKilled");
        assertThat(Conditions.find(fixture.status("a").conditions(), "GitHubReachable"))
                .isEmpty();
    }

    /** The listener reports the job of a runner that fails at once, and the controller's cache does not have it yet. */
    @Test
    void aJobThatIsReportedMeanwhileIsNotOverlooked() throws Exception {
        createRunning("set", false);
        isKilled("Failed");
        fixture.sync();
        fixture.reportRunner("a", status -> status.jobId("job"));
        assertThat(catchThrowable(() -> fixture.reconcileRunnerWithStaleCaches("a")))
                .isNotNull();
        assertThat(Retention.isRetained(fixture.runner("a"))).isFalse();
        pass();
        assertRetained();
        assertThat(fixture.status("a").message()).startsWith("failed during a job");
    }

    @Test
    void aJobThatIsReportedLaterLeavesTheRunnerRetained() throws Exception {
        createRunning("set", false);
        isKilled("Failed");
        pass();
        fixture.reportRunner(
                "a",
                status -> status.jobId("job")
                        .phase("Running")
                        .reason("")
                        .message("")
                        .conditions(List.of()));
        pass();
        assertRetained();
        assertThat(fixture.status("a").message()).startsWith("failed during a job");
    }

    @Test
    void aPodThatIsBeingDeletedIsNotKept() throws Exception {
        createRunning("set", false);
        fixture.holdPod("a");
        fixture.deletePod("a");
        isKilled("Failed");
        pass();
        assertThat(Retention.isRetained(fixture.runner("a"))).isFalse();
        assertThat(fixture.events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Evicted", "OutOfcpu"})
    void aPodThatItsNodeEndsWithoutAJobIsReplacedAtOnce(String reason) throws Exception {
        createRunning("set", false);
        fixture.podIsRefused("a", reason);
        pass();
        pass();
        assertThat(Retention.isRetained(fixture.runner("a"))).isFalse();
        assertThat(fixture.pod("a").getStatus().getContainerStatuses()).isEmpty();
    }

    /** A sidecar has time to end, but a pod whose other containers keep running would occupy its node. */
    @Test
    void aPodWhoseOtherContainersKeepRunningIsDeletedAfterAMinute() throws Exception {
        createRunning("set", true);
        isKilled("Running");
        assertComesBackAfter(fixture.reconcileRunner("a"), Duration.ofMinutes(1));
        assertRetained();
        fixture.pass(Duration.ofMinutes(1));
        pass();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aPodWhoseSidecarEndsIsKept() throws Exception {
        createRunning("set", true);
        isKilled("Running");
        pass();
        fixture.podReports("a", status -> status.withPhase("Failed"));
        fixture.pass(Duration.ofMinutes(1));
        pass();
        assertRetained();
    }

    @Test
    void aRetainedRunnerWhosePodIsLostRemainsUntilItIsDeleted() throws Exception {
        createRunning("set", false);
        isKilled("Failed");
        pass();
        fixture.deletePod("a");
        pass();
        assertThat(fixture.pod("a")).isNull();
        assertThat(Retention.isRetained(fixture.runner("a"))).isTrue();
        fixture.deleteRunner("a");
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @ParameterizedTest
    @CsvSource({
        "without, false, 'delete pods, patch ephemeralrunners/status'",
        "without, true, 'delete ephemeralrunners, delete pods, delete secrets, patch ephemeralrunners'",
        "set, false, 'delete secrets, patch ephemeralrunners, patch ephemeralrunners/status'",
        "set, true, 'delete secrets, patch ephemeralrunners, patch ephemeralrunners/status'",
    })
    void withoutThePolicyThereAreNoOtherRequestsThanBefore(String set, boolean hasJob, String expected)
            throws Exception {
        createRunning(set, hasJob);
        isKilled("Failed");
        fixture.kube.requests().reset();
        pass();
        assertThat(fixture.kube.requests().snapshot().stream()
                        .map(RequestLog.Entry::request)
                        .filter(request -> request.userAgent().equals("controller"))
                        .map(RunnerRetentionTest::text)
                        .sorted())
                .containsExactly(expected.split(", "));
    }

    private static String text(ApiRequest request) {
        return request.verb() + " " + request.target();
    }
}
