package io.github.arc4j.e2e;

import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A complete system in this process, with the operations that tests need: edit scale sets, run jobs, wait for
 * conditions and Events.
 */
final class RunningSystem implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;

    private final EmbeddedStage stage = EmbeddedStage.start(progress -> {});

    EmbeddedStage stage() {
        return stage;
    }

    Resource<AutoscalingRunnerSet> scaleSet(String name) {
        return stage.client()
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(name);
    }

    /** Edits the spec of a scale set, as a user would. */
    void edit(String scaleSet, UnaryOperator<AutoscalingRunnerSetSpecBuilder> change) {
        scaleSet(scaleSet).edit(set -> {
            set.setSpec(change.apply(set.getSpec().toBuilder()).build());
            return set;
        });
    }

    /** Waits until the condition Ready of a scale set has this status and reason, and returns its message. */
    String awaitReady(String scaleSet, String status, String reason) {
        try {
            AutoscalingRunnerSet set = scaleSet(scaleSet)
                    .waitUntilCondition(
                            now -> now != null
                                    && ready(now).stream()
                                            .anyMatch(condition -> status.equals(condition.getStatus())
                                                    && reason.equals(condition.getReason())),
                            TIMEOUT_SECONDS,
                            SECONDS);
            return ready(set).getFirst().getMessage();
        } catch (KubernetesClientTimeoutException e) {
            throw new AssertionError(
                    "%s is not Ready=%s for %s, but %s"
                            .formatted(
                                    scaleSet,
                                    status,
                                    reason,
                                    ready(scaleSet(scaleSet).get())),
                    e);
        }
    }

    private static List<Condition> ready(AutoscalingRunnerSet set) {
        return set.getStatus() == null
                ? List.of()
                : set.getStatus().conditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .toList();
    }

    /** Waits for a warning about an object. */
    void awaitWarning(String kind, String name, String reason) throws Exception {
        stage.client()
                .v1()
                .events()
                .inNamespace(RUNNER_NAMESPACE)
                .informOnCondition(events -> events.stream()
                        .anyMatch(event -> event.getType().equals("Warning")
                                && event.getReason().equals(reason)
                                && event.getInvolvedObject().getKind().equals(kind)
                                && event.getInvolvedObject().getName().startsWith(name)))
                .get(TIMEOUT_SECONDS, SECONDS);
    }

    /** Queues a job for a scale set. */
    long queue(String scaleSet) {
        return stage.simulator().queueJob(JobRequest.of(scaleSet));
    }

    void awaitSuccess(long job) throws Exception {
        stage.simulator()
                .await(
                        simulator -> simulator.jobs().stream()
                                .anyMatch(view -> view.id() == job && "succeeded".equals(view.result())),
                        Duration.ofSeconds(TIMEOUT_SECONDS));
    }

    /** Runs a job of a scale set until it completes. */
    void runJob(String scaleSet) throws Exception {
        awaitSuccess(queue(scaleSet));
    }

    @Override
    public void close() {
        stage.close();
    }
}
