package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.actions.Label;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the Go controller to this one while a job runs, and what the Go controller finds on the way back. */
class TakeoverTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** What the Go controller left, in the order of the file. */
    private void load(String file) throws Exception {
        RunnerScaleSet scaleSet = fixture.github.createScaleSet(RunnerScaleSet.builder()
                .name(NAME)
                .runnerGroupId(1)
                .labels(List.of(Label.system(NAME)))
                .disableUpdate(true)
                .build());
        fixture.github.scaleSetCalls.clear();
        AutoscalingRunnerSet set = fixture.create(NAME, UnaryOperator.identity(), created -> {
            created.getMetadata()
                    .setAnnotations(Map.of(
                            "runner-scale-set-id",
                            Integer.toString(scaleSet.id()),
                            "actions.github.com/runner-scale-set-name",
                            NAME,
                            "actions.github.com/runner-group-name",
                            "Default",
                            "actions.github.com/values-hash",
                            "0123456789abcdef"));
            created.getMetadata().setFinalizers(List.of("autoscalingrunnerset.actions.github.com/finalizer"));
        });
        String text;
        try (InputStream in = Objects.requireNonNull(TakeoverTest.class.getResourceAsStream("/takeover/" + file))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("RUNNER_SET_UID", "uid-of-the-runner-set")
                    .replace("SET_UID", set.getMetadata().getUid())
                    .replace("SCALE_SET_ID", Integer.toString(scaleSet.id()));
        }
        String runnerSetUid = "";
        for (String document : text.split("(?m)^---$")) {
            HasMetadata created = fixture.runners
                    .client
                    .load(new ByteArrayInputStream(document.replace("uid-of-the-runner-set", runnerSetUid)
                            .getBytes(StandardCharsets.UTF_8)))
                    .inNamespace(NAMESPACE)
                    .createOrReplace()
                    .getFirst();
            runnerSetUid = runnerSetUid.isEmpty() ? created.getMetadata().getUid() : runnerSetUid;
        }
        for (EphemeralRunner runner : fixture.runners()) {
            run(runner.getMetadata().getName());
        }
    }

    /** The Go controller's pods do not tell their registration. */
    private void run(String name) throws Exception {
        fixture.runners.reconcileRunner(name);
        fixture.runners.client.resource(fixture.runners.pod(name)).edit(pod -> {
            pod.getMetadata().getAnnotations().remove(Annotations.RUNNER_ID);
            return pod;
        });
        long id = fixture.github.idOf(name);
        fixture.runners.reportRunner(
                name, status -> status.phase("Running").ready(true).runnerId(id).runnerName(name));
        if (name.contains("busy")) {
            fixture.runners.jobStarts(name);
        }
        fixture.runners.podRuns(name);
    }

    private void nothingWasMadeAnewAtGitHub() {
        assertThat(fixture.github.scaleSetCalls).noneMatch(call -> call.startsWith("create"));
        assertThat(fixture.github.scaleSets).containsOnlyKeys(fixture.id());
    }

    @Test
    void theRunnerSetOfRelease0142FinishesItsJobBesideTheNewOne() throws Exception {
        load("go-0.14.2.yaml");
        fixture.settle();
        nothingWasMadeAnewAtGitHub();
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
    void theRunnerSetOfLaterVersionsAndItsRunnersAreGoneOnWith() throws Exception {
        load("go-head.yaml");
        String uid = fixture.runnerSet().getMetadata().getUid();
        fixture.settle();
        nothingWasMadeAnewAtGitHub();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.runnerSet().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.runners()).hasSize(2).noneMatch(EphemeralRunner::isMarkedForDeletion);
        assertThat(fixture.runnerSet().getSpec().replicas()).isEqualTo(2);
        assertThat(fixture.runnerSet().getSpec().patchID()).isEqualTo(3);
    }

    @Test
    void onTheWayBackTheGoControllerFindsOnlyFinalizersThatItKnows() throws Exception {
        fixture.create();
        fixture.settle();
        String name = fixture.runnersRun(1).getFirst();
        assertThat(fixture.set().getMetadata().getFinalizers())
                .containsExactly("autoscalingrunnerset.actions.github.com/finalizer");
        // 0.14.2 does not know this one; the documentation says how to replace it.
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
