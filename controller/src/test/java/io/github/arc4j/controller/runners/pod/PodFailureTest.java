package io.github.arc4j.controller.runners.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a failed pod is described. */
class PodFailureTest {
    /** The limit of an Event's message. */
    private static final int LONGEST = 1024;

    private static ContainerStatus exited(String container, int exitCode, @Nullable String reason, String message) {
        return new ContainerStatusBuilder()
                .withName(container)
                .withNewState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .endState()
                .build();
    }

    private static PodState.Failed failure(UnaryOperator<PodStatusBuilder> change) {
        PodStatus status =
                change.apply(new PodStatusBuilder().withPhase("Failed")).build();
        Pod pod = new PodBuilder()
                .withNewSpec()
                .addNewInitContainer()
                .withName("dind")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .withStatus(status)
                .build();
        assertThat(PodState.of(pod)).isInstanceOf(PodState.Failed.class);
        return (PodState.Failed) PodState.of(pod);
    }

    @Test
    void theRunnersExitCodeReasonAndLastLinesAreShown() {
        String log = "Listening for Jobs\nRunning job: build\nKilled\n";
        assertThat(failure(status -> status.withContainerStatuses(exited("runner", 137, "OOMKilled", log))))
                .isEqualTo(new PodState.Failed(
                        "OOMKilled",
                        "the runner exited with code 137 (OOMKilled): Listening for Jobs | Running job: build | Killed",
                        false));
    }

    @Test
    void aRunnerWithoutAReasonAndALogIsDescribed() {
        assertThat(failure(status -> status.withContainerStatuses(exited("runner", 3, null, ""))))
                .isEqualTo(new PodState.Failed("Error", "the runner exited with code 3", false));
    }

    @Test
    void aReasonOfThePodIsShownInAdditionToTheRunnersExit() {
        assertThat(failure(status -> status.withReason("Evicted")
                        .withMessage("The node was low on resource: memory.")
                        .withContainerStatuses(exited("runner", 137, "Error", "Killed"))))
                .isEqualTo(new PodState.Failed(
                        "Evicted",
                        "the pod failed (Evicted): The node was low on resource: memory.; the runner exited with code 137 (Error): Killed",
                        true));
    }

    @Test
    void aPodThatItsNodeRejectsHasNoExitCode() {
        assertThat(failure(status -> status.withReason("OutOfcpu").withMessage("Node didn't have enough resource")))
                .isEqualTo(new PodState.Failed(
                        "OutOfcpu", "the pod failed (OutOfcpu): Node didn't have enough resource", true));
        assertThat(failure(status -> status)).isEqualTo(new PodState.Failed("Error", "the pod failed", false));
    }

    @Test
    void aFailedInitContainerIsNamed() {
        assertThat(failure(status -> status.withPhase("Pending")
                        .withInitContainerStatuses(
                                exited("dind", 2, "Error", "ignored"), exited("init", 1, "Error", "no such file"))))
                .isEqualTo(new PodState.Failed(
                        "Error", "init container init exited with code 1 (Error): no such file", false));
    }

    @Test
    void anotherContainerIsNamedIfTheRunnersStateIsUnknown() {
        assertThat(failure(status -> status.withContainerStatuses(exited("logs", 1, "Error", ""))))
                .isEqualTo(new PodState.Failed("Error", "container logs exited with code 1 (Error)", false));
    }

    /** The API server does not check names in the status. */
    @Test
    void aLongNameOfAContainerIsTruncated() {
        PodState.Failed failure =
                failure(status -> status.withContainerStatuses(exited("x\n".repeat(2000), 1, "Error", "the end")));
        assertThat(failure.message())
                .startsWith("container x\\nx\\n")
                .endsWith("... exited with code 1 (Error): the end")
                .hasSizeLessThan(120);
    }

    @Test
    void hostileTextsAreEscapedAndBoundedAndTheEndOfTheLogIsKept() {
        PodState.Failed failure = failure(status -> status.withReason("Evicted" + "\n".repeat(1000))
                .withMessage("\u202e".repeat(100_000))
                .withContainerStatuses(
                        exited("runner", 1, "\u0000".repeat(1000), "\u001b[2J\u0007".repeat(100_000) + "the end")));
        assertThat(failure.message())
                .startsWith("the pod failed (Evicted")
                .contains("\\u202e", "the runner exited with code 1")
                .endsWith("the end");
        assertThat(failure.message().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        assertThat("failed during a job: " + failure.message()).hasSizeLessThanOrEqualTo(LONGEST);
    }
}
