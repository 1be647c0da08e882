package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An API server without nodes, and GitHub. A test determines the time, and what users, listeners and kubelets do: pods
 * stay as tests create them.
 */
public abstract class ClusterFixture implements AutoCloseable {
    public static final String NAMESPACE = "runners";
    public static final String CONTROLLER_NAMESPACE = "controller";
    public static final int SCALE_SET_ID = 7;

    public final TestCluster kube;
    /** The test's own. */
    public final KubernetesClient client;

    public final FakeGitHub github = new FakeGitHub();

    final TestClock clock = new TestClock();
    private final KubernetesApi api;

    ClusterFixture() {
        kube = TestCluster.start(NAMESPACE, CONTROLLER_NAMESPACE, clock);
        api = kube.connect("test");
        client = api.client();
    }

    public void pass(Duration time) {
        clock.pass(time);
    }

    /** The time in Kubernetes' format. */
    public String now() {
        return clock.instant().toString();
    }

    /** How many requests, whoever sent them, concerned a namespace. */
    public long requestsIn(String namespace) {
        return kube.requests().count(request -> namespace.equals(request.namespace()));
    }

    public static EphemeralRunnerSpecBuilder spec() {
        return EphemeralRunnerSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .runnerScaleSetId(SCALE_SET_ID)
                .build()
                .withTemplate(ControllerFixture.template("runner:1"))
                .toBuilder();
    }

    /** A scale set and its runner set, which are not reconciled. */
    public void createSetWithPolicy(String name, RunnerPolicy policy) {
        createSetWithPolicy(name, name, policy);
    }

    /** The same with different names of the scale set and its runner set. */
    public void createSetWithPolicy(String scaleSetName, String name, @Nullable RunnerPolicy policy) {
        AutoscalingRunnerSet scaleSet = new AutoscalingRunnerSet();
        scaleSet.setMetadata(new ObjectMetaBuilder()
                .withName(scaleSetName)
                .withNamespace(NAMESPACE)
                .build());
        scaleSet.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .template(ControllerFixture.template("runner:1"))
                .build());
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withOwnerReferences(Owners.controller(client.resource(scaleSet).create()))
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(spec().build())
                .policy(policy)
                .build());
        client.resource(set).create();
    }

    /** The runner belongs to the set from now on. */
    public void adopt(String set, String runner) {
        client.resource(runner(runner)).edit(owned -> {
            owned.getMetadata().setOwnerReferences(List.of(Owners.controller(set(set))));
            return owned;
        });
    }

    /** As the listener does after the end of jobs. */
    public void reportCompleted(String set, String runners) {
        client.resource(set(set)).edit(reported -> {
            reported.getMetadata().setAnnotations(Map.of(Annotations.COMPLETED_RUNNERS, runners));
            return reported;
        });
    }

    private EphemeralRunnerSet set(String name) {
        return client.resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public EphemeralRunner createRunner(String name) {
        return createRunner(name, UnaryOperator.identity());
    }

    public EphemeralRunner createRunner(String name, UnaryOperator<EphemeralRunnerSpecBuilder> change) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build());
        runner.setSpec(change.apply(spec()).build());
        return client.resource(runner).create();
    }

    public EphemeralRunner runner(String name) {
        return client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public List<EphemeralRunner> runners() {
        return client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
    }

    public EphemeralRunnerStatus status(String name) {
        return runner(name).getStatus();
    }

    public void deleteRunner(String name) {
        client.resource(runner(name)).delete();
    }

    /** The runner, its pod, all Secrets and all registrations are deleted. */
    public void assertThatNothingIsLeftOf(String name) {
        assertThat(runner(name)).isNull();
        assertThat(pod(name)).isNull();
        assertThat(client.secrets().inNamespace(NAMESPACE).list().getItems()).isEmpty();
        assertThat(github.registered).isEmpty();
    }

    /** As the listener does when the job starts. */
    public void jobStarts(String name) {
        github.busy.add(name);
        reportRunner(name, status -> status.jobId("job").jobRequestId(1));
    }

    /** Another client changes the status of a runner. */
    public void reportRunner(String name, UnaryOperator<EphemeralRunnerStatusBuilder> change) {
        EphemeralRunnerStatus before = runner(name).getStatus();
        EphemeralRunnerStatusBuilder builder = (before == null ? EphemeralRunnerStatus.EMPTY : before).toBuilder();
        client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(Map.of("status", change.apply(builder).build())));
    }

    public Pod pod(String name) {
        return client.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    public void deletePod(String name) {
        client.pods().inNamespace(NAMESPACE).withName(name).delete();
    }

    /** The kubelet reports. */
    public void podReports(String name, UnaryOperator<PodStatusBuilder> change) {
        client.pods().inNamespace(NAMESPACE).withName(name).editStatus(pod -> {
            PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
            pod.setStatus(change.apply(new PodStatusBuilder(status)).build());
            return pod;
        });
    }

    /** The runner's container has been running for long. */
    public void podRuns(String name) {
        podRunsSince(name, null);
    }

    /** The runner's container started just now, and is ready. */
    public void podStarts(String name) {
        podRunsSince(name, clock.instant().toString());
        podReports(
                name,
                status -> status.addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition());
    }

    /** The runner's container started at this time; null if the kubelet does not report it. */
    public void podRunsSince(String name, @Nullable String time) {
        podReports(
                name,
                status -> status.withPhase("Running")
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewRunning()
                                .withStartedAt(time)
                                .endRunning()
                                .build())
                        .endContainerStatus());
    }

    /** Keeps the pod from being removed when it is deleted. */
    public void holdPod(String name) {
        client.pods()
                .inNamespace(NAMESPACE)
                .withName(name)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToFinalizers("test/hold")
                        .endMetadata()
                        .build());
    }

    /** The runner's container ends; the pod's phase follows unless a sidecar is still running. */
    public void podEnds(String name, int exitCode) {
        podEnds(name, exitCode == 0 ? "Succeeded" : "Failed", exitCode);
    }

    public void podEnds(String name, String phase, int exitCode) {
        podReports(
                name,
                status -> status.withPhase(phase)
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(exitCode)
                                .endTerminated()
                                .build())
                        .endContainerStatus());
    }

    public void podIsRefused(String name, String reason) {
        podReports(name, status -> status.withPhase("Failed").withReason(reason).withMessage("by the node"));
    }

    @Override
    public void close() {
        api.close();
        kube.close();
    }
}
