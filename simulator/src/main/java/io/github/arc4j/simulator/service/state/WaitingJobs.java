package io.github.arc4j.simulator.service.state;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Queued jobs that are not offered to a scale set, oldest first, grouped by their requirements. Guarded by the monitor.
 */
public final class WaitingJobs {
    private final Map<Requirements, TreeMap<Long, Job>> jobs = new HashMap<>();

    private record Requirements(
            Set<String> labels, @Nullable String repository) {
        static Requirements of(Job job) {
            return new Requirements(
                    job.request().labels().stream()
                            .map(label -> label.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()),
                    job.request().repository());
        }

        boolean matches(ScaleSet scaleSet) {
            return labels.stream().allMatch(scaleSet::hasLabel)
                    && (repository == null || scaleSet.scope().covers(repository));
        }
    }

    public void add(Job job) {
        jobs.computeIfAbsent(Requirements.of(job), any -> new TreeMap<>()).put(job.id(), job);
    }

    public void remove(Job job) {
        Requirements requirements = Requirements.of(job);
        TreeMap<Long, Job> group = jobs.get(requirements);
        if (group != null && group.remove(job.id()) != null && group.isEmpty()) {
            jobs.remove(requirements);
        }
    }

    /** The oldest job that matches this scale set. */
    public @Nullable Job firstFor(ScaleSet scaleSet) {
        Job first = null;
        for (Map.Entry<Requirements, TreeMap<Long, Job>> group : jobs.entrySet()) {
            Job candidate = group.getValue().firstEntry().getValue();
            if ((first == null || candidate.id() < first.id()) && group.getKey().matches(scaleSet)) {
                first = candidate;
            }
        }
        return first;
    }

    /** The scale sets that match the job. */
    public static List<ScaleSet> matching(Job job, List<ScaleSet> scaleSets) {
        Requirements requirements = Requirements.of(job);
        return scaleSets.stream().filter(requirements::matches).toList();
    }
}
