package io.github.arc4j.controller.runners;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Metrics about the runners of each scale set: how long a runner takes to be registered, started and removed, and how
 * many were deleted while their pods ran. Kubernetes' timestamps have whole seconds, so a duration may be up to one
 * second too long.
 */
public final class RunnerMetrics {
    private static final double[] BUCKETS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800};

    private final ResourceCache<EphemeralRunnerSet> runnerSets;
    private final ScaleSetSeries<Histogram.Child> registration;
    private final ScaleSetSeries<Histogram.Child> podStart;
    private final ScaleSetSeries<Histogram.Child> removal;
    private final ScaleSetSeries<Counter.Child> reaped;

    public RunnerMetrics(
            CollectorRegistry registry,
            ResourceCache<AutoscalingRunnerSet> scaleSets,
            ResourceCache<EphemeralRunnerSet> runnerSets) {
        this.runnerSets = runnerSets;
        this.registration = new ScaleSetSeries<>(
                histogram(
                        "gha_controller_runner_registration_seconds",
                        "Time from the creation of an EphemeralRunner until its registration on GitHub (in seconds).",
                        registry),
                scaleSets);
        this.podStart = new ScaleSetSeries<>(
                histogram(
                        "gha_controller_runner_pod_start_seconds",
                        "Time from the creation of a runner's pod until its runner container runs (in seconds).",
                        registry),
                scaleSets);
        this.removal = new ScaleSetSeries<>(
                histogram(
                        "gha_controller_runner_removal_seconds",
                        "Time from the end of a runner until its EphemeralRunner is deleted (in seconds).",
                        registry),
                scaleSets);
        this.reaped = new ScaleSetSeries<>(
                Counter.build(
                                "gha_controller_runners_reaped_total",
                                "Runners deleted while their pods were running, by reason.")
                        .labelNames("name", "namespace", "reason")
                        .register(registry),
                scaleSets);
    }

    private static Histogram histogram(String name, String help, CollectorRegistry registry) {
        return Histogram.build(name, help)
                .labelNames("name", "namespace")
                .buckets(BUCKETS)
                .register(registry);
    }

    /** The runner was registered on GitHub for the first time. */
    public void registered(EphemeralRunner runner, Instant time) {
        observe(registration, runner, Instant.parse(runner.getMetadata().getCreationTimestamp()), time);
    }

    /** The runner's container runs in a pod that was created at {@code creation}. */
    public void podStarted(EphemeralRunner runner, Instant creation, Instant start) {
        observe(podStart, runner, creation, start);
    }

    /** The object of a runner that ended at {@code end} has been deleted. */
    public void removed(EphemeralRunner runner, Instant end, Instant time) {
        observe(removal, runner, end, time);
    }

    /** The runner was deleted while its pod was running. */
    public void reaped(EphemeralRunner runner, String reason) {
        scaleSetOf(runner).ifPresent(scaleSet -> reaped.update(scaleSet, reason, Counter.Child::inc));
    }

    private void observe(
            ScaleSetSeries<Histogram.Child> histogram, EphemeralRunner runner, Instant from, Instant until) {
        double seconds = Math.max(0, Duration.between(from, until).toMillis() / 1e3); // clocks may differ
        scaleSetOf(runner).ifPresent(scaleSet -> histogram.update(scaleSet, child -> child.observe(seconds)));
    }

    private Optional<Request> scaleSetOf(EphemeralRunner runner) {
        return ownerOf(runner).map(runnerSets::get).flatMap(RunnerMetrics::ownerOf);
    }

    private static Optional<Request> ownerOf(HasMetadata object) {
        return Owners.controllerOf(object)
                .map(OwnerReference::getName)
                .map(name -> new Request(object.getMetadata().getNamespace(), name));
    }
}
