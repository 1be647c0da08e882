package io.github.arc4j.simulator.service;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs that no scale set has yet, oldest first, kept by what they ask for. Guarded by the monitor. */
final class WaitingJobs {
    private final Map<Demand, TreeMap<Long, Job>> jobs = new HashMap<>();

    private record Demand(Set<String> labels, @Nullable String repository) {
        static Demand of(Job job) {
            return new Demand(
                    job.request().labels().stream()
                            .map(label -> label.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()),
                    job.request().repository());
        }

        boolean fits(ScaleSet scaleSet) {
            return labels.stream().allMatch(scaleSet::answersTo)
                    && (repository == null || scaleSet.scope().covers(repository));
        }
    }

    void add(Job job) {
        jobs.computeIfAbsent(Demand.of(job), any -> new TreeMap<>()).put(job.id(), job);
    }

    void remove(Job job) {
        Demand demand = Demand.of(job);
        TreeMap<Long, Job> sameDemand = jobs.get(demand);
        if (sameDemand != null && sameDemand.remove(job.id()) != null && sameDemand.isEmpty()) {
            jobs.remove(demand);
        }
    }

    /** The oldest job that this scale set may have. */
    @Nullable Job firstFor(ScaleSet scaleSet) {
        Job first = null;
        for (Map.Entry<Demand, TreeMap<Long, Job>> sameDemand : jobs.entrySet()) {
            Job candidate = sameDemand.getValue().firstEntry().getValue();
            if ((first == null || candidate.id() < first.id())
                    && sameDemand.getKey().fits(scaleSet)) {
                first = candidate;
            }
        }
        return first;
    }

    /** Those of the scale sets that may have the job. */
    static List<ScaleSet> fitting(Job job, List<ScaleSet> scaleSets) {
        Demand demand = Demand.of(job);
        return scaleSets.stream().filter(demand::fits).toList();
    }
}
