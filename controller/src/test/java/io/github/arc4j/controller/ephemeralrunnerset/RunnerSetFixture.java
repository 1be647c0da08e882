package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The runner set "set" and its runners, pass by pass. */
final class RunnerSetFixture implements AutoCloseable {
    static final String TENANT = "tenant";

    final ReconcilerFixture runners = new ReconcilerFixture();

    void create(int patchId, int replicas) throws Exception {
        create(patchId, replicas, UnaryOperator.identity());
    }

    void create(int patchId, int replicas, UnaryOperator<EphemeralRunnerSetSpecBuilder> change) throws Exception {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName("set")
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(
                        "actions.github.com/scale-set-name", "set",
                        "actions.github.com/scale-set-namespace", NAMESPACE,
                        "app.kubernetes.io/component", "runner-set"))
                .withAnnotations(Map.of("actions.github.com/integrity-hash", "first"))
                .build());
        set.setSpec(change.apply(EphemeralRunnerSetSpec.builder()
                        .patchID(patchId)
                        .replicas(replicas)
                        .ephemeralRunnerSpec(ReconcilerFixture.spec().build()))
                .build());
        runners.client.resource(set).create();
        pass();
    }

    void pass() throws Exception {
        runners.reconcileSet("set");
    }

    /** A pass that deletes runners, and one that makes others when they are gone. */
    void replace() throws Exception {
        pass();
        removalEnds();
        pass();
    }

    void request(int patchId, int replicas) throws Exception {
        edit(spec -> spec.patchID(patchId).replicas(replicas));
        pass();
    }

    /** As the listener does after the end of jobs. */
    void requestReporting(String completed, int patchId, int replicas) throws Exception {
        edit(spec -> spec.patchID(patchId).replicas(replicas));
        runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata().getAnnotations().put("actions.github.com/completed-runners", completed);
                    return set;
                });
        pass();
    }

    void edit(UnaryOperator<EphemeralRunnerSetSpecBuilder> change) {
        runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.setSpec(change.apply(set.getSpec().toBuilder()).build());
                    return set;
                });
    }

    EphemeralRunnerSet set() {
        return runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .get();
    }

    EphemeralRunnerSetStatus status() {
        return set().getStatus();
    }

    Condition ready() {
        return Conditions.find(status().conditions(), Conditions.READY).orElseThrow();
    }

    List<EphemeralRunner> runners() {
        return runners.runners();
    }

    List<String> names() {
        return runners().stream()
                .filter(runner -> !runner.isMarkedForDeletion())
                .map(runner -> runner.getMetadata().getName())
                .toList();
    }

    /** A runner of another namespace that names the set as its controller. It has another template. */
    EphemeralRunner foreignRunner(String name, UnaryOperator<EphemeralRunnerStatusBuilder> status) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(TENANT)
                .withUid("uid-of-" + name)
                .withCreationTimestamp(runners.now())
                .withAnnotations(Map.of("actions.github.com/integrity-hash", "of the tenant"))
                .withOwnerReferences(Owners.controller(set()))
                .build());
        runner.setSpec(
                ReconcilerFixture.spec().build().withTemplate(ControllerFixture.template("runner:of-the-tenant")));
        runner.setStatus(status.apply(EphemeralRunnerStatus.EMPTY.toBuilder()).build());
        return runner;
    }

    void runs(String name) {
        long id = runners.github.register(name, ReconcilerFixture.SCALE_SET_ID).id();
        runners.reportRunner(
                name, status -> status.phase("Running").runnerId(id).runnerName(name));
    }

    /** The runner has been running for this time. */
    void isReady(String name, Duration since) {
        runners.reportRunner(
                name,
                status -> status.phase("Running")
                        .conditions(TestConditions.with(
                                List.of(),
                                Conditions.READY,
                                true,
                                "RunnerRunning",
                                "",
                                1L,
                                Instant.parse(runners.now()).minus(since))));
    }

    void runsJob(String name) {
        runs(name);
        runners.github.busy.add(name);
        runners.reportRunner(name, status -> status.jobId("job"));
    }

    void fails(String name, String message) {
        runners.reportRunner(
                name,
                status -> status.phase("Failed")
                        .reason("InvalidPod")
                        .message(message)
                        .conditions(TestConditions.with(
                                List.of(), Conditions.READY, false, "InvalidPod", message, null, Instant.now())));
    }

    void jobEnds(String name) throws Exception {
        runners.github.busy.remove(name);
        runners.client.resource(runners.runner(name)).delete();
        removalEnds();
        pass();
    }

    /** The runner's own reconciler has done its work: the object is gone. */
    void removalEnds() throws Exception {
        for (EphemeralRunner runner : runners()) {
            if (runner.isMarkedForDeletion()) {
                runners.reconcileRunner(runner.getMetadata().getName());
            }
        }
    }

    void renewTemplate() {
        runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata().setAnnotations(Map.of("actions.github.com/integrity-hash", "second"));
                    set.setSpec(set.getSpec().toBuilder()
                            .ephemeralRunnerSpec(set.getSpec()
                                    .ephemeralRunnerSpec()
                                    .withTemplate(ControllerFixture.template("runner:2")))
                            .build());
                    return set;
                });
    }

    @Nullable Double gauge(String state) {
        return runners.metrics.getSampleValue(
                "gha_controller_%s_ephemeral_runners".formatted(state),
                new String[] {"name", "namespace", "repository", "organization", "enterprise"},
                new String[] {"set", NAMESPACE, "repo", "org", ""});
    }

    @Override
    public void close() {
        runners.close();
    }
}
