package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A runner's status while its pod starts and runs. */
class RunnerStatusTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    @Test
    void theStatusFollowsTheRunningContainerAndTheLatestReadyCondition() throws Exception {
        fixture.createRunner("a");
        pass();
        assertThat(fixture.status("a").phase()).isEmpty();
        fixture.podRuns("a");
        pass();
        assertThat(fixture.status("a").phase()).isEqualTo("Running");
        assertThat(fixture.status("a").ready()).isFalse();
        readyConditions();
        pass();
        assertThat(fixture.status("a").ready()).isTrue();
    }

    private void readyConditions() {
        fixture.podReports(
                "a",
                status -> status.withConditions()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime("2026-01-01T00:00:02Z")
                        .endCondition()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("False")
                        .withLastTransitionTime("2026-01-01T00:00:01Z")
                        .endCondition());
    }

    @Test
    void aSlowlyStartingPodIsReportedAsPending() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.pass(Duration.ofSeconds(10));
        pass();
        assertThat(fixture.status("a").phase()).isEqualTo("Pending");
        assertThat(fixture.status("a").runnerId()).isEqualTo(fixture.github.idOf("a"));
    }

    @Test
    void anImagePullFailureIsReportedOnceHoweverOftenTheKubeletRetries() throws Exception {
        fixture.createRunner("a");
        pass();
        for (String reason : List.of("ErrImagePull", "ImagePullBackOff", "ErrImagePull")) {
            waitsFor(reason, "no such image");
            pass();
        }
        assertThat(fixture.status("a").phase()).isEqualTo("Pending");
        assertThat(fixture.status("a").reason()).isEqualTo("ImagePullFailed");
        assertThat(fixture.events).isEmpty();
        fixture.pass(ConditionEvents.WARNING_DELAY);
        pass();
        pass();
        assertThat(fixture.events).containsExactly("ImagePullFailed");
        fixture.podRuns("a");
        pass();
        assertThat(fixture.status("a").reason()).isEmpty();
    }

    @Test
    void anUnschedulablePodIsReported() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")
                        .withMessage("0/3 nodes")
                        .endCondition());
        assertComesBackAfter(fixture.reconcileRunner("a"), ConditionEvents.WARNING_DELAY);
        assertThat(fixture.status("a").reason()).isEqualTo("Unschedulable");
        assertThat(fixture.status("a").message()).isEqualTo("0/3 nodes");
        assertThat(fixture.events).as("an autoscaler may bring a node").isEmpty();
        fixture.pass(ConditionEvents.WARNING_DELAY);
        pass();
        assertThat(fixture.events).containsExactly("Unschedulable");
    }

    @Test
    void aJitSecretThatIsDeletedBeforeThePodStartsIsRecreated() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.client.secrets().inNamespace(NAMESPACE).withName("a").delete();
        waitsFor("CreateContainerConfigError", "secret \"a\" not found");
        pass();
        pass();
        assertThat(fixture.client.secrets().inNamespace(NAMESPACE).withName("a").get())
                .isNotNull();
        assertThat(fixture.pod("a").getStatus().getContainerStatuses()).isEmpty();
    }

    private void waitsFor(String reason, String message) {
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewWaiting(message, reason)
                                .build())
                        .endContainerStatus());
    }

    private String podUid() {
        return fixture.pod("a").getMetadata().getUid();
    }

    @Test
    void aPodThatIsNotStartedForTwentyMinutesIsReplaced() throws Exception {
        fixture.createRunner("a");
        pass();
        String uid = podUid();
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("True")
                        .withLastTransitionTime(Instant.now().toString())
                        .endCondition());
        fixture.pass(Duration.ofMinutes(19));
        pass();
        assertThat(podUid()).isEqualTo(uid);
        fixture.pass(Duration.ofMinutes(1));
        pass();
        pass();
        assertThat(podUid()).isNotEqualTo(uid);
        assertThat(fixture.status("a").failures()).isEmpty();
    }
}
