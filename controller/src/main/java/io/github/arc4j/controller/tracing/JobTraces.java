package io.github.arc4j.controller.tracing;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.runners.pod.ObservedRunner;
import io.github.arc4j.runtime.cache.Request;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what is observed of each runner, and passes on the trace of its job when the runner has been deleted. */
public final class JobTraces implements RunnerObserver {
    private final Consumer<JobTrace> export;
    private final InstantSource clock;
    private final Map<Request, ObservedRunner> runners = new ConcurrentHashMap<>();

    JobTraces(Consumer<JobTrace> export, InstantSource clock) {
        this.export = export;
        this.clock = clock;
    }

    /** Traces that are sent to a collector. */
    public static JobTraces to(OtlpExport collector, InstantSource clock) {
        return new JobTraces(collector::send, clock);
    }

    @Override
    public void observed(EphemeralRunner runner, @Nullable Pod pod) {
        runners.compute(Request.of(runner), (key, known) -> ObservedRunner.next(known, runner, pod, clock.instant()));
    }

    @Override
    public void removed(Request runner) {
        ObservedRunner last = runners.remove(runner);
        if (last != null) {
            JobTrace.of(last.runner(), last.pod(), last.stages(), clock.instant())
                    .ifPresent(export);
        }
    }
}
