package io.github.arc4j.controller.console.model;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerReferences;
import io.github.arc4j.runtime.cache.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of the console, computed on request; the fleet is computed at most once per second. */
public final class ConsoleModel {
    /** Maximum number of rows of the timeline. */
    static final int MAX_ROWS = 200;

    private static final long MAX_AGE_MILLIS = 900;

    private final Caches caches;
    private final String version;
    private final InstantSource clock;
    private final RunnerHistory history;
    private @Nullable Fleet latest;

    public ConsoleModel(Caches caches, String version, InstantSource clock) {
        this.caches = caches;
        this.version = version;
        this.clock = clock;
        this.history = new RunnerHistory(caches, clock);
    }

    public synchronized Fleet fleet() {
        Instant now = clock.instant();
        if (latest == null || now.toEpochMilli() - latest.time() >= MAX_AGE_MILLIS) {
            latest = read(now);
        }
        return latest;
    }

    private Fleet read(Instant now) {
        Map<Request, Runners> runners = runners();
        Map<Request, AutoscalingListener> listeners = listeners();
        List<ScaleSetRow> rows = caches.scaleSets().all().stream()
                .map(set -> row(
                        set, runners.getOrDefault(Request.of(set), new Runners()), listeners.get(Request.of(set)), now))
                .sorted(Comparator.comparing(ScaleSetRow::namespace).thenComparing(ScaleSetRow::name))
                .toList();
        return new Fleet(now.toEpochMilli(), version, rows);
    }

    private Map<Request, Runners> runners() {
        Map<Request, Runners> bySet = new HashMap<>();
        for (EphemeralRunner runner : caches.runners().all()) {
            bySet.computeIfAbsent(Runners.scaleSetOf(runner), set -> new Runners())
                    .add(runner);
        }
        return bySet;
    }

    private Map<Request, AutoscalingListener> listeners() {
        Map<Request, AutoscalingListener> byScaleSet = new HashMap<>();
        for (AutoscalingListener listener : caches.listeners().all()) {
            byScaleSet.put(ListenerReferences.runnerSetOf(listener), listener);
        }
        return byScaleSet;
    }

    private ScaleSetRow row(
            AutoscalingRunnerSet set, Runners runners, @Nullable AutoscalingListener listener, Instant now) {
        Request key = Request.of(set);
        EphemeralRunnerSet runnerSet =
                caches.runnerSets().get(key.namespace(), ScaleSetNames.ephemeralRunnerSet(key.name()));
        int desired = runnerSet == null ? 0 : runnerSet.getSpec().replicas();
        int minimum = set.getSpec().minRunnersOrDefault();
        int busy = runners.count(RunnerPhase.BUSY);
        List<Problem> problems = Problems.of(set, listener, runnerSet, runners, now);
        WaitingTimes.Summary summary = history.waits(key).jobs().lastHour(now);
        return new ScaleSetRow(
                key.toString(),
                key.namespace(),
                key.name(),
                GitHubLinks.of(set.getSpec().githubConfigUrl()),
                ScaleSetRow.Health.of(problems),
                desired,
                minimum,
                set.getSpec().maxRunners(),
                runners.count(RunnerPhase.STARTING),
                runners.count(RunnerPhase.IDLE),
                busy,
                runners.count(RunnerPhase.ENDING),
                runners.count(RunnerPhase.FAILED) + runners.count(RunnerPhase.STUCK),
                // The listener wants one runner per assigned job in addition to the idle ones.
                Math.max(0, desired - minimum - busy),
                summary.p50(),
                summary.p95(),
                problems);
    }

    /** @param scaleSet null for all scale sets */
    public List<JobRow> jobs(@Nullable Request scaleSet) {
        return history.jobs(scaleSet, MAX_ROWS);
    }

    /** Changes with each waiting time of the scale set. */
    public int waitsVersion(@Nullable Request scaleSet) {
        return history.waits(scaleSet).version();
    }

    /** @param scaleSet null for all scale sets */
    public Waits.Series waits(@Nullable Request scaleSet) {
        return history.waits(scaleSet).series(clock.instant());
    }
}
