package io.github.arc4j.controller.console.model;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.pod.ObservedRunner;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The existing runners, when they reached each stage, and the latest jobs of deleted runners. It is fed by the caches,
 * so it is complete in each replica. Bounded by the number of runners and {@link #MAX_JOBS}. Thread-safe.
 */
final class RunnerHistory {
    /** Jobs of deleted runners, of all scale sets. */
    static final int MAX_JOBS = 5000;
    /** Jobs of deleted runners of one scale set, so that a busy one does not displace all others. */
    static final int MAX_JOBS_OF_SET = 200;

    private static final Waits NO_WAITS = new Waits();

    private final ResourceCache<AutoscalingRunnerSet> scaleSets;
    private final ResourceCache<EphemeralRunner> runners;
    private final ResourceCache<Pod> pods;
    private final InstantSource clock;
    private final Map<Request, Existing> existing = new HashMap<>();
    /** By scale set, the oldest first. */
    private final Map<String, Deque<JobRow>> removed = new HashMap<>();
    /** By ID, the oldest first. */
    private final Map<String, JobRow> allRemoved = new LinkedHashMap<>();

    private final Map<Request, Waits> waits = new HashMap<>();
    private final Waits allWaits = new Waits();

    private record Existing(ObservedRunner runner, JobRow row) {}

    RunnerHistory(Caches caches, InstantSource clock) {
        this.scaleSets = caches.scaleSets();
        this.runners = caches.runners();
        this.pods = caches.pods();
        this.clock = clock;
        scaleSets.onChange(this::scaleSetChanged);
        runners.onChange(this::runnerChanged);
        pods.onChange((before, after) -> podChanged(after));
    }

    private void scaleSetChanged(@Nullable AutoscalingRunnerSet before, @Nullable AutoscalingRunnerSet after) {
        if (before != null && after == null) {
            removeUnlessExists(Request.of(before));
        }
    }

    private void runnerChanged(@Nullable EphemeralRunner before, @Nullable EphemeralRunner after) {
        if (after != null) {
            observe(after, pods.get(Request.of(after)));
        } else if (before != null) {
            remove(before);
        }
    }

    private void podChanged(@Nullable Pod pod) {
        EphemeralRunner runner = pod == null ? null : runners.get(Request.of(pod));
        if (runner != null) {
            observe(runner, pod);
        }
    }

    private synchronized void observe(EphemeralRunner runner, @Nullable Pod pod) {
        Request name = Request.of(runner);
        Instant now = clock.instant();
        Existing known = existing.get(name);
        ObservedRunner before =
                known == null || !uid(known.runner().runner()).equals(uid(runner)) ? null : known.runner();
        ObservedRunner next = ObservedRunner.next(before, runner, pod, now);
        existing.put(name, new Existing(next, JobRow.of(next)));
        Request scaleSet = Runners.scaleSetOf(runner);
        waits.computeIfAbsent(scaleSet, key -> new Waits()).observed(before, next, now);
        allWaits.observed(before, next, now);
        if (known != null) {
            Request previous = Runners.scaleSetOf(known.runner().runner());
            if (!previous.equals(scaleSet)) { // somebody has changed the label
                removeUnlessExists(previous);
            }
        }
    }

    private static String uid(EphemeralRunner runner) {
        return runner.getMetadata().getUid();
    }

    private synchronized void remove(EphemeralRunner runner) {
        Existing last = existing.remove(Request.of(runner));
        if (last != null && last.runner().runner().hasJob()) {
            add(JobRow.ofRemoved(last.runner(), clock.instant()));
        }
        removeUnlessExists(Runners.scaleSetOf(runner)); // runners may be deleted after their scale set
    }

    private void add(JobRow row) {
        Deque<JobRow> ofSet = removed.computeIfAbsent(row.scaleSet(), key -> new ArrayDeque<>());
        ofSet.add(row);
        allRemoved.put(row.id(), row);
        if (ofSet.size() > MAX_JOBS_OF_SET) {
            allRemoved.remove(ofSet.remove().id());
        } else if (allRemoved.size() > MAX_JOBS) {
            JobRow oldest = allRemoved.values().iterator().next();
            allRemoved.remove(oldest.id());
            removed.getOrDefault(oldest.scaleSet(), ofSet).remove(oldest);
        }
    }

    private synchronized void removeUnlessExists(Request scaleSet) {
        if (scaleSets.get(scaleSet) != null) {
            return;
        }
        waits.remove(scaleSet);
        Deque<JobRow> jobs = removed.remove(scaleSet.toString());
        if (jobs != null) {
            jobs.forEach(job -> allRemoved.remove(job.id()));
        }
    }

    /**
     * The existing runners and the jobs of deleted ones: existing runners first, by phase, and the newest first.
     *
     * @param scaleSet null for all scale sets
     */
    List<JobRow> jobs(@Nullable Request scaleSet, int limit) {
        return rows(scaleSet).stream()
                .sorted(Comparator.comparing(JobRow::phase)
                        .thenComparing(Comparator.comparingLong(JobRow::latest).reversed()))
                .limit(limit)
                .toList();
    }

    private synchronized List<JobRow> rows(@Nullable Request scaleSet) {
        List<JobRow> rows = new ArrayList<>();
        String key = scaleSet == null ? "" : scaleSet.toString();
        for (Existing runner : existing.values()) {
            if (scaleSet == null || runner.row().scaleSet().equals(key)) {
                rows.add(runner.row());
            }
        }
        rows.addAll(scaleSet == null ? allRemoved.values() : removed.getOrDefault(key, new ArrayDeque<>()));
        return rows;
    }

    /** @param scaleSet null for all scale sets */
    synchronized Waits waits(@Nullable Request scaleSet) {
        return scaleSet == null ? allWaits : waits.getOrDefault(scaleSet, NO_WAITS);
    }
}
