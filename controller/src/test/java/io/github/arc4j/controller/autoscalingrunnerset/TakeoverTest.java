package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the Go controller to this one while a job runs, and what the Go controller finds on the way back. */
class TakeoverTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void nothingWasRecreatedAtGitHub() {
        assertThat(fixture.github.scaleSetCalls).noneMatch(call -> call.startsWith("create"));
        assertThat(fixture.github.scaleSets).containsOnlyKeys(fixture.id());
    }

    @Test
    void theRunnerSetOfRelease0142FinishesItsJobBesideTheNewOne() throws Exception {
        GoObjects.load(GoRelease.V0_14_2, fixture);
        fixture.settle();
        nothingWasRecreatedAtGitHub();
        assertThat(fixture.runnerSet().isMarkedForDeletion()).isFalse();
        EphemeralRunnerSet former = Objects.requireNonNull(fixture.runners
                .client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set-abcde")
                .get());
        assertThat(former.isMarkedForDeletion()).isTrue();
        fixture.runners.reconcileSet("set-abcde");
        assertThat(fixture.runners.runner("set-abcde-runner-busy1").isMarkedForDeletion())
                .isFalse();
        assertThat(fixture.runners.runner("set-abcde-runner-idle1").isMarkedForDeletion())
                .isTrue();
        fixture.runners.reconcileRunner("set-abcde-runner-idle1");

        fixture.github.busy.clear();
        fixture.runners
                .client
                .resource(fixture.runners.runner("set-abcde-runner-busy1"))
                .delete();
        fixture.runners.reconcileRunner("set-abcde-runner-busy1");
        fixture.runners.reconcileSet("set-abcde");
        assertThat(fixture.runners
                        .client
                        .resources(EphemeralRunnerSet.class)
                        .inNamespace(NAMESPACE)
                        .list()
                        .getItems())
                .extracting(set -> set.getMetadata().getName())
                .containsExactly(NAME);
    }

    @Test
    void theRunnerSetOfLaterVersionsAndItsRunnersAreKept() throws Exception {
        GoObjects.load(GoRelease.HEAD, fixture);
        String uid = fixture.runnerSet().getMetadata().getUid();
        fixture.settle();
        nothingWasRecreatedAtGitHub();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.runnerSet().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.runners()).hasSize(2).noneMatch(EphemeralRunner::isMarkedForDeletion);
        assertThat(fixture.runnerSet().getSpec().replicas()).isEqualTo(2);
        assertThat(fixture.runnerSet().getSpec().patchID()).isEqualTo(3);
    }

    @Test
    void aRollbackLeavesOnlyFinalizersThatTheGoControllerKnows() throws Exception {
        fixture.create();
        fixture.settle();
        String name = fixture.runnersRun(1).getFirst();
        assertThat(fixture.set().getMetadata().getFinalizers())
                .containsExactly("autoscalingrunnerset.actions.github.com/finalizer");
        // WayBackTest: it depends on the release.
        assertThat(fixture.runnerSet().getMetadata().getFinalizers())
                .containsExactly("ephemeralrunnerset.actions.github.com/finalizer");
        assertThat(fixture.listener().getMetadata().getFinalizers())
                .containsExactly("autoscalinglistener.actions.github.com/finalizer");
        assertThat(fixture.runners.runner(name).getMetadata().getFinalizers())
                .containsExactly(
                        "ephemeralrunner.actions.github.com/finalizer",
                        "ephemeralrunner.actions.github.com/runner-registration-finalizer");
        assertThat(fixture.runners
                        .client
                        .secrets()
                        .inNamespace(NAMESPACE)
                        .withName(name)
                        .get()
                        .getData())
                .containsOnlyKeys("jitToken", "runnerName", "runnerId", "scaleSetId");
        assertThat(ScaleSetFixture.annotations(fixture.set()))
                .containsKeys(
                        "runner-scale-set-id",
                        "actions.github.com/runner-scale-set-name",
                        "actions.github.com/runner-group-name");
    }

    @Test
    void aRunnerSetWithTheFinalizerOf0142IsRemovedCompletely() throws Exception {
        fixture.create();
        fixture.settle();
        EphemeralRunnerSet runnerSet = fixture.runnerSet();
        runnerSet.getMetadata().setFinalizers(List.of("ephemeralrunner.actions.github.com/finalizer"));
        fixture.runners.client.resource(runnerSet).update();
        fixture.passOfRunnerSet();
        fixture.runners.client.resource(fixture.runnerSet()).delete();
        fixture.passOfRunnerSet();
        assertThat(fixture.findRunnerSet()).isNull();
    }
}
