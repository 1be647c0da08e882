package io.github.arc4j.controller.console;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.TestClock;
import io.github.arc4j.controller.console.model.Caches;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A console whose caches a test fills. */
public final class ConsoleFixture implements AutoCloseable {
    public static final String NAMESPACE = "runners";

    public final TestClock clock = new TestClock();
    public final Caches caches = new Caches(
            new ResourceCache<>(AutoscalingRunnerSet.class),
            new ResourceCache<>(AutoscalingListener.class),
            new ResourceCache<>(EphemeralRunnerSet.class),
            new ResourceCache<>(EphemeralRunner.class),
            new ResourceCache<>(Pod.class));

    private @Nullable HttpEndpoint endpoint;
    private int version;

    /** Serves the console on a free port. */
    public URI serve() throws IOException {
        endpoint = HttpEndpoint.start(new ListenAddress("127.0.0.1", 0), Console.handlers(caches, "1.2.3", clock));
        return URI.create("http://127.0.0.1:" + endpoint.port() + "/");
    }

    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
    }

    private ObjectMetaBuilder metadata(String name) {
        return new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(name)
                .withUid("uid-of-" + name)
                .withCreationTimestamp(clock.instant().toString())
                .withResourceVersion(Integer.toString(++version));
    }

    /** A scale set, and its runner set with this number of desired runners. */
    public AutoscalingRunnerSet scaleSet(
            String name, int desired, UnaryOperator<AutoscalingRunnerSetSpecBuilder> spec, Condition... conditions) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.setMetadata(metadata(name).build());
        set.setSpec(spec.apply(AutoscalingRunnerSetSpec.builder()
                        .githubConfigUrl("https://github.com/acme")
                        .githubConfigSecret("name-of-the-secret"))
                .build());
        set.setStatus(AutoscalingRunnerSetStatus.builder()
                .conditions(conditions.length == 0 ? List.of(condition("Ready", true, "Ready")) : List.of(conditions))
                .build());
        caches.scaleSets().written(set);
        EphemeralRunnerSet runners = new EphemeralRunnerSet();
        runners.setMetadata(metadata(name).build());
        runners.setSpec(EphemeralRunnerSetSpec.builder().replicas(desired).build());
        caches.runnerSets().written(runners);
        return set;
    }

    /** A scale set without problems and limits. */
    public AutoscalingRunnerSet scaleSet(String name, int desired) {
        return scaleSet(name, desired, spec -> spec);
    }

    public Condition condition(String type, boolean status, String reason) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .withReason(reason)
                .withMessage("message of " + reason)
                .withLastTransitionTime(clock.instant().toString())
                .build();
    }

    /** Creates a runner, or changes its status. */
    public EphemeralRunner runner(String scaleSet, String name, EphemeralRunnerStatusBuilder status) {
        EphemeralRunner known = caches.runners().get(NAMESPACE, name);
        EphemeralRunner runner = new EphemeralRunner();
        ObjectMetaBuilder metadata = metadata(name).withLabels(Map.of(Labels.SCALE_SET_NAME, scaleSet));
        if (known != null) {
            metadata.withCreationTimestamp(known.getMetadata().getCreationTimestamp());
        }
        runner.setMetadata(metadata.build());
        runner.setSpec(EphemeralRunnerSpec.builder()
                .githubConfigUrl("https://user:password@github.com/acme")
                .build());
        runner.setStatus(status.build());
        caches.runners().written(runner);
        return runner;
    }

    public static EphemeralRunnerStatusBuilder idle() {
        return EphemeralRunnerStatus.builder().runnerId(1).phase(Phase.RUNNING).ready(true);
    }

    /** With a job that was queued some time ago and has just started. */
    public EphemeralRunnerStatusBuilder busy(String job, Duration waited) {
        Instant now = clock.instant();
        return idle().jobId("1")
                .jobDisplayName(job)
                .jobRepositoryName("acme/app")
                .jobWorkflowRef("acme/app/.github/workflows/build.yml@refs/heads/main")
                .workflowRunId(77)
                .jobQueueTime(now.minus(waited).toString())
                .jobScaleSetAssignTime(now.minus(waited).plusMillis(300).toString())
                .jobRunnerAssignTime(now.toString());
    }

    /** Creates the pod of a runner, whose container has just started. */
    public void podStarted(String name) {
        String now = clock.instant().toString();
        caches.pods()
                .written(new PodBuilder()
                        .withMetadata(metadata(name).build())
                        .withNewSpec()
                        .withNodeName("node-1")
                        .endSpec()
                        .withNewStatus()
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("True")
                        .withLastTransitionTime(now)
                        .endCondition()
                        .addNewContainerStatus()
                        .withName(EphemeralRunnerSpec.RUNNER_CONTAINER)
                        .withNewState()
                        .withNewRunning()
                        .withStartedAt(now)
                        .endRunning()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build());
    }

    public void removed(EphemeralRunner runner) {
        caches.runners().deleted(runner);
    }
}
