package io.github.arc4j.listener.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.listener.FakeApiServer;
import io.github.arc4j.listener.FakeTiming;
import io.github.arc4j.listener.Jobs;
import io.github.arc4j.listener.RunningListener;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeRunnerSetPatchesTest {
    private static final String BASE = "/apis/actions.github.com/v1alpha1/namespaces/ns/";

    private final FakeTiming timing = new FakeTiming();
    private final AtomicInteger tokens = new AtomicInteger();
    private FakeApiServer server;
    private KubeClient kube;
    private KubeRunnerSetPatches patches;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        kube = kube(server.uri());
        patches = patches(kube);
    }

    private KubeClient kube(URI uri) {
        return new KubeClient(new KubeEndpoint(uri, () -> "token-" + tokens.incrementAndGet(), null), "test");
    }

    private KubeRunnerSetPatches patches(KubeClient kube) {
        ListenerConfig config = RunningListener.config(0, 1);
        return new KubeRunnerSetPatches(
                kube, "ns", "ers", new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl())), timing);
    }

    @AfterEach
    void stop() {
        kube.close();
        server.close();
    }

    @Test
    void scalesByMergePatchWithAFreshToken() throws Exception {
        patches.scale(3, 5);
        patches.scale(0, 0);
        assertThat(server.requests())
                .containsExactly(
                        "PATCH " + BASE + "ephemeralrunnersets/ers {\"spec\":{\"patchID\":3,\"replicas\":5}}",
                        "PATCH " + BASE + "ephemeralrunnersets/ers {\"spec\":{\"patchID\":0,\"replicas\":null}}");
        assertThat(server.headers("Content-Type")).containsOnly("application/merge-patch+json");
        assertThat(server.headers("Authorization")).containsExactly("Bearer token-1", "Bearer token-2");
    }

    @Test
    void namesTheRunnersWhoseJobsTheNumberNoLongerCounts() throws Exception {
        patches.jobCompleted(Jobs.completed(1, "runner-a"));
        patches.jobCompleted(Jobs.completed(2, "runner-b"));
        patches.jobCompleted(Jobs.completed(3, "not a runner of ours"));
        patches.scale(4, 1);
        assertThat(server.requests())
                .containsExactly("PATCH " + BASE + "ephemeralrunnersets/ers {\"spec\":{\"patchID\":4,\"replicas\":1},"
                        + "\"metadata\":{\"annotations\":{"
                        + "\"actions.github.com/completed-runners\":\"runner-a:1:job-id-1,runner-b:2:job-id-2\"}}}");
    }

    @Test
    void marksARunnerWithItsJobAndAsRunning() throws Exception {
        assertThat(patches.markJobStarted(Jobs.started(11, "arc-x1-runner-ab12c")))
                .isTrue();
        assertThat(server.requests())
                .containsExactly("PATCH " + BASE + "ephemeralrunners/arc-x1-runner-ab12c/status"
                        + " {\"status\":{\"runnerId\":11,\"runnerName\":\"arc-x1-runner-ab12c\","
                        + "\"phase\":\"Running\",\"reason\":null,\"message\":null,\"ready\":true,"
                        + "\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"RunnerRunning\","
                        + "\"message\":\"the runner is running\",\"lastTransitionTime\":\"2026-01-01T00:00:05Z\"}],"
                        + "\"jobDisplayName\":\"build\",\"jobId\":\"job-id-11\",\"jobQueueTime\":\"2026-01-01T00:00:00.900Z\","
                        + "\"jobRepositoryName\":\"acme/app\",\"jobRequestId\":11,"
                        + "\"jobRunnerAssignTime\":\"2026-01-01T00:00:05.100Z\","
                        + "\"jobScaleSetAssignTime\":\"2026-01-01T00:00:00.900Z\","
                        + "\"jobWorkflowRef\":\"acme/app/.github/workflows/ci.yml@refs/heads/main\","
                        + "\"workflowRunId\":77}}");
    }

    /** The controller does not read a status of more than 64 KiB. */
    @Test
    void longNamesOfAJobAreCut() throws Exception {
        String name = "\u0001".repeat(JobInfo.LONGEST_TEXT);
        JobInfo job =
                new JobInfo("JobStarted", 1, name, name, name, name, name, 1, "", List.of(), null, null, null, null);
        patches.markJobStarted(new JobStarted(job, 1, "r"));
        String cut = "\\u0001".repeat(1021) + "...";
        assertThat(server.requests())
                .containsExactly("PATCH " + BASE + "ephemeralrunners/r/status {\"status\":{\"jobDisplayName\":\"" + cut
                        + "\",\"jobId\":\"" + cut + "\",\"jobRepositoryName\":\"" + cut
                        + "\",\"jobRequestId\":1,\"jobWorkflowRef\":\"" + cut + "\",\"workflowRunId\":1}}");
    }

    @Test
    void whatGitHubDoesNotReportIsLeftToTheController() throws Exception {
        JobInfo empty = new JobInfo("JobStarted", 0, "", "", "", "", "", 0, "", List.of(), null, null, null, null);
        patches.markJobStarted(new JobStarted(empty, 1, "r"));
        assertThat(server.requests())
                .containsExactly(
                        "PATCH " + BASE + "ephemeralrunners/r/status {\"status\":{\"jobRepositoryName\":\"/\"}}");
    }

    @Test
    void aMissingRunnerIsNotAFailure() throws Exception {
        server.answer(404, "{\"message\":\"not found\"}");
        assertThat(patches.markJobStarted(Jobs.started(11, "r"))).isFalse();
    }

    @Test
    void aNameThatCannotBeAnObjectIsNotPutIntoAPath() throws Exception {
        assertThat(patches.markJobStarted(Jobs.started(11, "../../secrets/x"))).isFalse();
        assertThat(patches.markJobStarted(Jobs.started(11, ""))).isFalse();
        assertThat(patches.markJobStarted(Jobs.started(11, ".."))).isFalse();
        assertThat(patches.markJobStarted(Jobs.started(11, "a".repeat(254)))).isFalse();
        assertThat(server.requests()).isEmpty();
        assertThat(patches.markJobStarted(Jobs.started(11, "a".repeat(253)))).isTrue();
    }

    @Test
    void completedRunnersWithTooLongNamesAreNotReported() throws Exception {
        for (int i = 0; i < 1000; i++) {
            patches.jobCompleted(Jobs.completed(7, i + "a".repeat(2000)));
        }
        patches.jobCompleted(Jobs.completed(7, "short"));
        patches.scale(1, 1);
        assertThat(server.requests())
                .singleElement()
                .asString()
                .contains(":\"short:7:")
                .hasSizeLessThan(1000);
    }

    @Test
    void shortProblemsAreRetried() throws Exception {
        server.answer(500, "");
        server.answer(429, "");
        server.drop();
        patches.scale(1, 1);
        assertThat(server.requests()).hasSize(4);
        assertThat(timing.sleeps)
                .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void aRejectionIsReportedImmediatelyWithTheServersMessage() {
        server.answer(403, "{\"kind\":\"Status\",\"message\":\"ephemeralrunnersets is forbidden\"}");
        assertThatThrownBy(() -> patches.scale(1, 1))
                .isInstanceOf(KubeException.class)
                .hasMessage("could not patch ephemeral runner set, patch JSON:"
                        + " {\"spec\":{\"patchID\":1,\"replicas\":1}}, error: ephemeralrunnersets is forbidden");
        assertThat(timing.sleeps).isEmpty();
    }

    @Test
    void aServerThatStaysUnavailableIsReportedWithoutTheToken() throws IOException {
        kube.close();
        server.close();
        kube = kube(server.uri());
        patches = patches(kube);
        assertThatThrownBy(() -> patches.scale(1, 1))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining("no response from the API server")
                .message()
                .doesNotContain("token-");
        assertThat(timing.sleeps).hasSize(3);
    }
}
