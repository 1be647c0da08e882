package io.github.arc4j.controller.console;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runtime.cache.Request;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the state of all scale sets from the caches. */
final class FleetReader {
    private final Caches caches;
    private final RunnerHistory history;
    private final String version;

    FleetReader(Caches caches, RunnerHistory history, String version) {
        this.caches = caches;
        this.history = history;
        this.version = version;
    }

    Fleet read(Instant now) {
        Map<Request, Map<RunnerPhase, Integer>> runners = runners();
        Map<Request, AutoscalingListener> listeners = listeners();
        List<ScaleSetRow> rows = caches.scaleSets().all().stream()
                .map(set ->
                        row(set, runners.getOrDefault(Request.of(set), Map.of()), listeners.get(Request.of(set)), now))
                .sorted(Comparator.comparing(ScaleSetRow::namespace).thenComparing(ScaleSetRow::name))
                .toList();
        return new Fleet(now.toEpochMilli(), version, rows);
    }

    private Map<Request, Map<RunnerPhase, Integer>> runners() {
        Map<Request, Map<RunnerPhase, Integer>> counts = new HashMap<>();
        for (EphemeralRunner runner : caches.runners().all()) {
            counts.computeIfAbsent(ScaleSetKey.of(runner), set -> new EnumMap<>(RunnerPhase.class))
                    .merge(RunnerPhase.of(runner), 1, Integer::sum);
        }
        return counts;
    }

    private Map<Request, AutoscalingListener> listeners() {
        Map<Request, AutoscalingListener> byScaleSet = new HashMap<>();
        for (AutoscalingListener listener : caches.listeners().all()) {
            byScaleSet.put(
                    new Request(
                            listener.getSpec().autoscalingRunnerSetNamespace(),
                            listener.getSpec().autoscalingRunnerSetName()),
                    listener);
        }
        return byScaleSet;
    }

    private ScaleSetRow row(
            AutoscalingRunnerSet set,
            Map<RunnerPhase, Integer> runners,
            @Nullable AutoscalingListener listener,
            Instant now) {
        Request key = Request.of(set);
        EphemeralRunnerSet runnerSet =
                caches.runnerSets().get(key.namespace(), ScaleSetNames.ephemeralRunnerSet(key.name()));
        int desired = runnerSet == null ? 0 : runnerSet.getSpec().replicas();
        int minimum = set.getSpec().minRunnersOrDefault();
        int busy = runners.getOrDefault(RunnerPhase.BUSY, 0);
        List<Problem> problems = Problems.of(set, listener, runnerSet, now);
        Waits waits = history.waits(key);
        WaitingTimes.Summary summary =
                waits == null ? WaitingTimes.Summary.NONE : waits.jobs().lastHour(now);
        return new ScaleSetRow(
                key.toString(),
                key.namespace(),
                key.name(),
                GitHubLinks.of(set.getSpec().githubConfigUrl()),
                ScaleSetRow.Health.of(problems),
                desired,
                minimum,
                set.getSpec().maxRunners(),
                runners.getOrDefault(RunnerPhase.STARTING, 0),
                runners.getOrDefault(RunnerPhase.IDLE, 0),
                busy,
                runners.getOrDefault(RunnerPhase.ENDING, 0),
                runners.getOrDefault(RunnerPhase.FAILED, 0) + runners.getOrDefault(RunnerPhase.STUCK, 0),
                // The listener wants one runner per assigned job in addition to the idle ones.
                Math.max(0, desired - minimum - busy),
                summary.p50(),
                summary.p95(),
                problems);
    }
}
