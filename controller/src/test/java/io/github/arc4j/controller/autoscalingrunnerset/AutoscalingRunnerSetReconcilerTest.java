package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows from an AutoscalingRunnerSet: its objects, and what it says of itself. */
class AutoscalingRunnerSetReconcilerTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void createAndSettle() throws Exception {
        fixture.create();
        fixture.settle();
    }

    private void editRunnerSet(UnaryOperator<EphemeralRunnerSet> change) {
        fixture.runners.client.resource(change.apply(fixture.runnerSet())).update();
    }

    private void runnerSetReports(UnaryOperator<EphemeralRunnerSetStatus.Builder> change) {
        editRunnerSetStatus(
                change.apply(EphemeralRunnerSetStatus.EMPTY.toBuilder()).build());
    }

    private void editRunnerSetStatus(EphemeralRunnerSetStatus status) {
        EphemeralRunnerSet live = fixture.runnerSet();
        live.setStatus(status);
        fixture.runners.client.resource(live).updateStatus();
    }

    // The object itself

    @Test
    void anObjectThatIsGoneNeedsNothing() throws Exception {
        assertThat(fixture.pass()).isEqualTo(Result.done());
    }

    @Test
    void theFinalizerComesBeforeAnythingOnGitHub() throws Exception {
        fixture.create();
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.pass();
        assertThat(fixture.set().getMetadata().getFinalizers()).containsExactly(Finalizers.AUTOSCALING_RUNNER_SET);
        assertThat(fixture.findRunnerSet()).isNull();
    }

    @Test
    void aVersionMismatchIsToldAndDeletesNothing() throws Exception {
        fixture.create(
                NAME,
                UnaryOperator.identity(),
                set -> set.getMetadata().setLabels(Map.of("app.kubernetes.io/version", "0.9.3")));
        fixture.settle();
        assertThat(fixture.set().isMarkedForDeletion()).isFalse();
        assertThat(fixture.conditionOf("VersionSupported")).isEqualTo("False VersionMismatch");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True VersionMismatch");
        assertThat(fixture.listeners()).hasSize(1);
    }

    @Test
    void aSettledObjectIsNotWritten() throws Exception {
        createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.settle();
        String before = fixture.versions();
        fixture.passOfRunnerSet();
        fixture.settle();
        String settled = fixture.versions();
        fixture.runners.pass(Duration.ofHours(1));
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(settled);
        assertThat(before).isNotEqualTo(settled); // the runner set's own status
    }

    @Test
    void emptyListsAndMapsAreNoDifference() throws Exception {
        fixture.create(
                NAME,
                spec -> spec.template(new PodTemplateSpecBuilder()
                                .withNewMetadata()
                                .withLabels(Map.of())
                                .endMetadata()
                                .withNewSpec()
                                .withVolumes(List.of())
                                .addNewContainer()
                                .withName("runner")
                                .withImage("runner:1")
                                .withEnv(List.of())
                                .addNewPort()
                                .withContainerPort(80)
                                .endPort()
                                .endContainer()
                                .endSpec()
                                .build())
                        .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy", ""), null, List.of())));
        fixture.settle();
        String settled = fixture.versions();
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(settled);
    }

    // The EphemeralRunnerSet

    @Test
    void theRunnerSetHasTheNameOfTheScaleSetAndBelongsToIt() throws Exception {
        fixture.github.groups.put("large", 5);
        fixture.create(
                NAME,
                spec -> spec.runnerScaleSetName("mine")
                        .runnerGroup("large")
                        .ephemeralRunnerSetMetadata(new ResourceMeta(
                                Map.of("team", "a", "app.kubernetes.io/component", "x"), Map.of("note", "n"))));
        fixture.settle();
        EphemeralRunnerSet runnerSet = fixture.runnerSet();
        assertThat(runnerSet.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo(fixture.set().getMetadata().getUid());
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
        });
        assertThat(runnerSet.getMetadata().getFinalizers()).containsExactly(Finalizers.EPHEMERAL_RUNNER_SET);
        assertThat(runnerSet.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("app.kubernetes.io/part-of", "gha-runner-scale-set")
                .containsEntry("app.kubernetes.io/component", "runner-set")
                .containsEntry("app.kubernetes.io/version", ReconcilerFixture.VERSION)
                .containsEntry("actions.github.com/scale-set-name", NAME)
                .containsEntry("actions.github.com/scale-set-namespace", NAMESPACE)
                .containsEntry("actions.github.com/organization", "org")
                .containsEntry("actions.github.com/repository", "repo");
        assertThat(runnerSet.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsEntry("actions.github.com/runner-group-name", "large")
                .containsEntry("actions.github.com/runner-scale-set-name", "mine")
                .containsEntry(
                        "actions.github.com/integrity-hash",
                        IntegrityHash.of(runnerSet.getSpec().ephemeralRunnerSpec()));
        assertThat(runnerSet.getSpec())
                .satisfies(spec -> assertThat(spec.replicas()).isZero())
                .satisfies(spec -> assertThat(spec.patchID()).isZero())
                .satisfies(spec -> assertThat(spec.ephemeralRunnerSpec().runnerScaleSetId())
                        .isEqualTo(fixture.id()))
                .satisfies(spec ->
                        assertThat(spec.ephemeralRunnerSpec().githubConfigUrl()).isEqualTo(URL));
    }

    @Test
    void aChangeNeverTouchesTheListenersWish() throws Exception {
        createAndSettle();
        editRunnerSet(set -> {
            set.setSpec(set.getSpec().toBuilder().replicas(4).patchID(9).build());
            return set;
        });
        fixture.edit(spec -> spec.template(ControllerFixture.template("runner:2")));
        fixture.settle();
        assertThat(fixture.runnerSet().getSpec().replicas()).isEqualTo(4);
        assertThat(fixture.runnerSet().getSpec().patchID()).isEqualTo(9);
    }

    @Test
    void metadataOfRunnersReachesTheRunnerSet() throws Exception {
        createAndSettle();
        fixture.edit(spec -> spec.ephemeralRunnerMetadata(new ResourceMeta(Map.of("team", "a"), Map.of())));
        fixture.pass();
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerMetadata().labels())
                .containsEntry("team", "a");
    }

    @Test
    void labelsAndAnnotationsOfOthersStayAndChangeNothing() throws Exception {
        createAndSettle();
        editRunnerSet(set -> {
            Map<String, String> labels = new HashMap<>(set.getMetadata().getLabels());
            labels.put("somebody", "else");
            set.getMetadata().setLabels(labels);
            return set;
        });
        String before = fixture.versions();
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(before);
    }

    @Test
    void aHandEditedRunnerSetIsPutRight() throws Exception {
        createAndSettle();
        editRunnerSet(set -> {
            set.setSpec(set.getSpec().toBuilder()
                    .ephemeralRunnerSpec(set.getSpec().ephemeralRunnerSpec().toBuilder()
                            .githubConfigSecret("another")
                            .build())
                    .build());
            return set;
        });
        fixture.pass();
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerSpec().githubConfigSecret())
                .isEqualTo("github");
    }

    @Test
    void aRunnerSetWithoutAnOwnerIsAdopted() throws Exception {
        createAndSettle();
        String uid = fixture.runnerSet().getMetadata().getUid();
        editRunnerSet(set -> {
            set.getMetadata().setOwnerReferences(List.of());
            return set;
        });
        fixture.pass();
        assertThat(fixture.runnerSet().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.runnerSet().getMetadata().getOwnerReferences())
                .extracting(owner -> owner.getUid())
                .containsExactly(fixture.set().getMetadata().getUid());
    }

    @Test
    void aRunnerSetOfSomebodyElseIsLeftAloneAndTold() throws Exception {
        createAndSettle();
        ConfigMap owner = fixture.runners
                .client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        editRunnerSet(set -> {
            set.getMetadata().setOwnerReferences(List.of(Owners.controller(owner)));
            return set;
        });
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnerSetNameTaken");
        assertThat(fixture.runnerSet().getMetadata().getOwnerReferences())
                .extracting(reference -> reference.getUid())
                .containsExactly(owner.getMetadata().getUid());
    }

    @Test
    void aRunnerSetThatIsBeingDeletedIsWaitedFor() throws Exception {
        createAndSettle();
        fixture.runners.client.resource(fixture.runnerSet()).delete();
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnerSetEnding");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
        fixture.passOfRunnerSet();
        fixture.settle();
        assertThat(fixture.runnerSet().isMarkedForDeletion()).isFalse();
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    // The AutoscalingListener

    @Test
    void theListenerKnowsWhatItListensFor() throws Exception {
        fixture.create(
                NAME,
                spec -> spec.minRunners(1)
                        .maxRunners(7)
                        .autoscalingListener(new ResourceMeta(Map.of("team", "a"), Map.of("note", "n"))));
        fixture.settle();
        AutoscalingListener listener = fixture.listener();
        assertThat(listener.getMetadata().getNamespace()).isEqualTo(CONTROLLER_NAMESPACE);
        assertThat(listener.getMetadata().getName()).matches("set-[0-9a-f]{8}-listener");
        assertThat(listener.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(listener.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("app.kubernetes.io/component", "runner-scale-set-listener")
                .containsEntry("app.kubernetes.io/part-of", "gha-runner-scale-set")
                .containsEntry("actions.github.com/scale-set-name", NAME)
                .containsEntry("actions.github.com/scale-set-namespace", NAMESPACE);
        assertThat(listener.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsEntry("actions.github.com/integrity-hash", IntegrityHash.of(listener.getSpec()));
        assertThat(listener.getSpec())
                .returns(URL, AutoscalingListenerSpec::githubConfigUrl)
                .returns("github", AutoscalingListenerSpec::githubConfigSecret)
                .returns(fixture.id(), AutoscalingListenerSpec::runnerScaleSetId)
                .returns(NAMESPACE, AutoscalingListenerSpec::autoscalingRunnerSetNamespace)
                .returns(NAME, AutoscalingListenerSpec::autoscalingRunnerSetName)
                .returns(NAME, AutoscalingListenerSpec::ephemeralRunnerSetName)
                .returns(1, AutoscalingListenerSpec::minRunners)
                .returns(7, AutoscalingListenerSpec::maxRunners)
                .returns("arc4j:dev", AutoscalingListenerSpec::image)
                .returns(List.of(new LocalObjectReference("pull-secret")), AutoscalingListenerSpec::imagePullSecrets);
    }

    @Test
    void withoutLimitsThereAreNone() throws Exception {
        createAndSettle();
        assertThat(fixture.listener().getSpec().minRunners()).isZero();
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void newLimitsReachTheListenerThatIsThere() throws Exception {
        createAndSettle();
        String uid = fixture.listener().getMetadata().getUid();
        fixture.edit(spec -> spec.minRunners(2).maxRunners(3));
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.listener().getSpec().minRunners()).isEqualTo(2);
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(3);
    }

    @Test
    void aHandEditedListenerIsPutRight() throws Exception {
        createAndSettle();
        AutoscalingListener edited = fixture.listener();
        edited.setSpec(edited.getSpec().toBuilder().maxRunners(1).build());
        fixture.runners.client.resource(edited).update();
        fixture.pass();
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aDeletedListenerIsMadeAgain() throws Exception {
        createAndSettle();
        fixture.runners.client.resource(fixture.listener()).delete();
        fixture.pass();
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("False ListenerReplaced");
        fixture.listenersEnd();
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
    }

    @Test
    void aListenerUnderAFormerNameEndsBeforeTheNewOneBegins() throws Exception {
        createAndSettle();
        fixture.github.groups.put("large", 5);
        String former = fixture.listener().getMetadata().getName();
        fixture.edit(spec -> spec.runnerGroup("large"));
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getName()).isEqualTo(former);
        assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
        fixture.listenersEnd();
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getName()).isNotEqualTo(former);
    }

    // What the object says of itself

    @Test
    void aScaleSetThatRunsIsReady() throws Exception {
        createAndSettle();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("True Ready");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("True Reachable");
        assertThat(fixture.conditionOf("CredentialsValid")).isEqualTo("True Accepted");
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("True ListenerRunning");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("False AsWanted");
        assertThat(fixture.status().phase()).isEqualTo("Running");
        long generation = fixture.set().getMetadata().getGeneration();
        assertThat(fixture.status().observedGeneration()).isEqualTo(generation);
        assertThat(fixture.status().conditions())
                .allSatisfy(condition ->
                        assertThat(condition.getObservedGeneration()).isEqualTo(generation));
    }

    @Test
    void refusedCredentialsAreTold() throws Exception {
        fixture.runners.failAccessWith(new GitHubAccessException("SecretMissing", "create the Secret"));
        fixture.create();
        fixture.pass();
        assertThat(fixture.conditionOf("CredentialsValid")).isEqualTo("False SecretMissing");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("False SecretMissing");
        assertThat(fixture.condition(Conditions.READY).getMessage()).isEqualTo("create the Secret");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
    }

    @Test
    void eachTurnIsOneEvent() throws Exception {
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.create();
        fixture.pass();
        fixture.pass();
        fixture.pass();
        assertThat(fixture.runners.events).containsExactly("GitHubUnreachable");
        fixture.github.failWith(null);
        fixture.settle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.pass();
        fixture.pass();
        assertThat(fixture.runners.events)
                .containsExactly("GitHubUnreachable", "ScaleSetRegistered", "ListenerStarting", "Ready");
    }

    @Test
    void anInvalidEditIsToldAndWhatRunsGoesOn() throws Exception {
        createAndSettle();
        fixture.edit(spec -> spec.minRunners(5).maxRunners(1));
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False InvalidLimits");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
        fixture.edit(spec -> spec.minRunners(1).maxRunners(5));
        fixture.pass();
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    @Test
    void aConfigUrlThatIsNoneIsTold() throws Exception {
        fixture.create(NAME, spec -> spec.githubConfigUrl("https://github.com"));
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False InvalidConfigUrl");
    }

    @Test
    void anyNumberOfTheRunnerSetThatChangesIsCopied() throws Exception {
        createAndSettle();
        runnerSetReports(status -> status.currentReplicas(3).pendingEphemeralRunners(3));
        fixture.pass();
        runnerSetReports(status -> status.currentReplicas(3)
                .pendingEphemeralRunners(1)
                .runningEphemeralRunners(1)
                .failedEphemeralRunners(1));
        fixture.pass();
        assertThat(fixture.status())
                .returns(3, AutoscalingRunnerSetStatus::currentRunners)
                .returns(1, AutoscalingRunnerSetStatus::pendingEphemeralRunners)
                .returns(1, AutoscalingRunnerSetStatus::runningEphemeralRunners)
                .returns(1, AutoscalingRunnerSetStatus::failedEphemeralRunners);
    }

    @Test
    void troubleOfRunnersIsToldThoughTheListenerRuns() throws Exception {
        createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        runnerSetReports(status -> status.conditions(
                Conditions.with(null, Conditions.READY, false, "RunnersStuck", "1 runner", null, Instant.now())));
        fixture.pass();
        assertThat(fixture.conditionOf("RunnersHealthy")).isEqualTo("False RunnersStuck");
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnersStuck");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True RunnersStuck");
    }

    @Test
    void outdatedRunnersStopTheListenerAndKeepTheScaleSetUntilTheTemplateIsRenewed() throws Exception {
        createAndSettle();
        runnerSetReports(status -> status.phase("Outdated"));
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
        fixture.listenersEnd();
        fixture.settle();
        assertThat(fixture.listeners()).isEmpty();
        assertThat(fixture.github.scaleSets).containsKey(fixture.id());
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("False Stopped");

        fixture.edit(spec -> spec.template(ControllerFixture.template("runner:2")));
        runnerSetReports(status -> status.phase("Running"));
        fixture.settle();
        assertThat(fixture.listeners()).hasSize(1);
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }
}
