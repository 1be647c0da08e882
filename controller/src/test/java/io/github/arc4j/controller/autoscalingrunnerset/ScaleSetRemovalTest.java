package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NO_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The deletion of a scale set, even if GitHub is unavailable. */
class ScaleSetRemovalTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @BeforeEach
    void start() throws Exception {
        fixture.createAndSettle();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void credentialsAreGone() {
        fixture.runners.failAccessWith(
                new GitHubAccessException("SecretMissing", "Secret runners/github does not exist: create it"));
    }

    @Test
    void theScaleSetIsDeletedAfterItsListenerAndItsRunners() throws Exception {
        int id = fixture.id();
        fixture.delete();
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
        assertThat(fixture.runnerSet().isMarkedForDeletion()).isTrue();
        assertThat(fixture.github.scaleSets).containsKey(id);

        fixture.listenersEnd();
        fixture.pass();
        assertThat(fixture.github.scaleSets).containsKey(id);

        fixture.passOfRunnerSet();
        fixture.pass();
        assertThat(fixture.github.scaleSets).isEmpty();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void anUnregisteredScaleSetIsDeletedWithoutGitHub() throws Exception {
        fixture.editObject(set -> set.getMetadata().setAnnotations(Map.of()));
        credentialsAreGone();
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void anInvalidIdIsSkipped() throws Exception {
        fixture.annotate("runner-scale-set-id", "seven");
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.github.scaleSetCalls).noneMatch(call -> call.startsWith("delete"));
    }

    @Test
    void withoutTheFinalizerNothingIsDone() throws Exception {
        fixture.editObject(set -> set.getMetadata().setFinalizers(List.of("somebody.else/finalizer")));
        fixture.delete();
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
    }

    @Test
    void theDeletionReportsThatItWaitsForJobs() throws Exception {
        String runner = fixture.runnersRun(1).getFirst();
        fixture.runners.jobStarts(runner);
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("True ListenerRunning");
        fixture.delete();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("False Deleting");
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False Deleting");
        assertThat(fixture.condition(Conditions.READY).getMessage()).contains("runners are finishing their jobs");
        fixture.passOfAll(Duration.ofHours(3));
        assertThat(fixture.runners.pod(runner)).isNotNull();
    }

    @Test
    void withoutCredentialsEverythingIsDeletedAfterTenMinutes() throws Exception {
        List<String> names = fixture.runnersRun(2);
        credentialsAreGone();
        fixture.delete();
        fixture.passOfAll(Duration.ofHours(1));
        fixture.listenersEnd();
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False SecretMissing");
        assertThat(fixture.condition(Conditions.READY).getMessage())
                .contains("create it")
                .contains("kubectl annotate -n runners autoscalingrunnerset set actions.github.com/force-delete=true");

        fixture.passOfAll(Duration.ofMinutes(9));
        assertThat(fixture.runners()).hasSize(2).noneMatch(runner -> runner.isMarkedForDeletion());

        fixture.passOfAll(Duration.ofMinutes(1));
        assertThat(fixture.runners()).isEmpty();
        assertThat(names)
                .allSatisfy(name -> assertThat(fixture.runners.pod(name)).isNull());
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.runners.events).contains("RunnersAbandoned", "RegistrationAbandoned", "ScaleSetAbandoned");
    }

    /** The listener has been deleted, so a runner may have a job that is not recorded. */
    @Test
    void runnersWithRunningPodsAreKeptUntilGitHubIsBackAndOthersAreDeleted() throws Exception {
        List<String> names = fixture.runnersRun(3);
        fixture.github.busy.add(names.getFirst());
        fixture.runners.deletePod(names.getLast());
        fixture.github.failWith(NO_ROUTE);
        fixture.delete();
        fixture.passOfAll(Duration.ZERO);
        fixture.passOfAll(Duration.ofMinutes(10));
        fixture.passOfAll(Duration.ofHours(3));
        assertThat(fixture.runners())
                .extracting(runner -> runner.getMetadata().getName())
                .containsExactlyInAnyOrder(names.get(0), names.get(1));
        assertThat(fixture.runners.pod(names.getFirst()).isMarkedForDeletion()).isFalse();

        fixture.github.failWith(null);
        fixture.passOfAll(Duration.ofMinutes(5));
        assertThat(fixture.runners())
                .singleElement()
                .satisfies(runner -> assertThat(runner.getMetadata().getName()).isEqualTo(names.getFirst()));
    }

    @Test
    void aRunnerWithAJobIsAwaitedEvenWithoutCredentials() throws Exception {
        List<String> names = fixture.runnersRun(2);
        fixture.runners.jobStarts(names.getFirst());
        credentialsAreGone();
        fixture.delete();
        fixture.passOfAll(Duration.ZERO);
        fixture.passOfAll(Duration.ofMinutes(10));
        fixture.passOfAll(Duration.ofMinutes(30));
        assertThat(fixture.runners())
                .singleElement()
                .satisfies(runner -> assertThat(runner.getMetadata().getName()).isEqualTo(names.getFirst()));
        assertThat(fixture.runners.pod(names.getFirst()).isMarkedForDeletion()).isFalse();

        fixture.runners.podEnds(names.getFirst(), 0);
        fixture.listenersEnd();
        fixture.passOfAll(Duration.ofSeconds(30));
        fixture.passOfAll(Duration.ofMinutes(10));
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void theTimeoutOfTheScaleSetStartsWithTheFirstFailure() throws Exception {
        String runner = fixture.runnersRun(1).getFirst();
        fixture.runners.jobStarts(runner);
        fixture.deleteAndEndListeners();
        fixture.runners.podEnds(runner, 0);
        fixture.github.busy.clear();
        fixture.passOfAll(Duration.ofHours(3));
        assertThat(fixture.find(NAME)).as("GitHub answers").isNull();
    }

    @Test
    void theDeletionOfAScaleSetIsRetriedForTenMinutesAfterTheFirstFailure() throws Exception {
        fixture.delete();
        fixture.passOfAll(Duration.ZERO);
        fixture.github.failWith(NO_ROUTE);
        fixture.listenersEnd();
        fixture.passOfAll(Duration.ofHours(1));
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False GitHubUnreachable");
        fixture.passOfAll(Duration.ofMinutes(9));
        assertThat(fixture.find(NAME)).isNotNull();
        fixture.passOfAll(Duration.ofMinutes(1));
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.runners.events).contains("ScaleSetAbandoned");
    }

    @Test
    void missingCredentialsDoNotBlockADeletionForever() throws Exception {
        credentialsAreGone();
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.conditionOf("CredentialsValid")).isEqualTo("False SecretMissing");
        fixture.passOfAll(Duration.ofMinutes(10));
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void aCorrectedSecretIsUsedForTheRestOfTheDeletion() throws Exception {
        credentialsAreGone();
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ofMinutes(5));
        fixture.runners.failAccessWith(null);
        fixture.passOfAll(Duration.ofSeconds(30));
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.github.scaleSets).isEmpty();
    }

    @Test
    void aForcedDeletionUsesNoGitHubAndWaitsForNoJob() throws Exception {
        List<String> names = fixture.runnersRun(2);
        fixture.runners.jobStarts(names.getFirst());
        fixture.github.failWith(NO_ROUTE);
        fixture.deleteAndEndListeners();
        fixture.annotate(Annotations.FORCE_DELETE, "true");
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.runners()).isEmpty();
        assertThat(names)
                .allSatisfy(name -> assertThat(fixture.runners.pod(name)).isNull());
        assertThat(fixture.runners.events).contains("ScaleSetAbandoned");
    }

    @Test
    void theAnnotationAloneForcesNothing() throws Exception {
        String runner = fixture.runnersRun(1).getFirst();
        fixture.annotate(Annotations.FORCE_DELETE, "true");
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.runners.runner(runner).isMarkedForDeletion()).isFalse();
        assertThat(fixture.github.registered).containsKey(runner);
    }

    @Test
    void aScaleSetThatAnotherObjectUsesIsKeptAtGitHub() throws Exception {
        int id = fixture.id();
        fixture.create(
                "other",
                spec -> spec.runnerScaleSetName("set"),
                other -> other.getMetadata().setAnnotations(Map.of("runner-scale-set-id", Integer.toString(id))));
        fixture.deleteAndEndListeners();
        fixture.runners.reconcileScaleSet("other");
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.github.scaleSets).containsKey(id);
        assertThat(fixture.runners.events).contains("ScaleSetKept");
    }

    @Test
    void theIdIsRemovedBeforeTheProtection() throws Exception {
        fixture.deleteAndEndListeners();
        fixture.passOfRunnerSet();
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("patch", "autoscalingrunnersets")
                        .times(1)
                        .afterEffect()
                        .answer(500));
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        assertThat(fixture.id()).isZero();
        assertThat(fixture.set().getMetadata().getFinalizers()).contains(Finalizers.AUTOSCALING_RUNNER_SET);
        credentialsAreGone();
        fixture.pass();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void aDeletionReportsWhatItWaitsForAfterAReinstallation() throws Exception {
        String runner = fixture.runnersRun(1).getFirst();
        fixture.runners.jobStarts(runner);
        fixture.delete();
        fixture.controllerIsUninstalled();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ControllerUninstalled");
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False Deleting");
    }

    @Test
    void aDeletionReportsTheBackoffAfterAReinstallation() throws Exception {
        fixture.deleteAndEndListeners();
        fixture.controllerIsUninstalled();
        fixture.github.failWith(ScaleSetFixture.NOT_SENT);
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False BackingOff");
    }
}
