package io.github.arc4j.listener;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels of one metric and a limit on their combinations. Names of jobs and workflows are free text of users: when
 * the limit is reached, further combinations are counted under {@value #OTHER}, so that neither this process nor
 * Prometheus grows without end.
 */
final class MetricLabels {
    static final String OTHER = "other";
    static final int MAX_COMBINATIONS = 1000;
    /** Each has as many series as there are buckets. */
    static final int MAX_COMBINATIONS_OF_HISTOGRAM = 200;

    private static final Logger LOG = LoggerFactory.getLogger(MetricLabels.class);
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> UNBOUNDED = Set.of(
            "organization", "repository", "job_name", "job_workflow_ref", "job_workflow_name", "job_workflow_target");

    private final String metric;
    private final int maxCombinations;
    private final SeriesLimit limit;
    private final List<String> names;
    private final Set<List<String>> combinations = ConcurrentHashMap.newKeySet();
    private volatile boolean full;

    /** Labels that Prometheus would refuse, and repeated ones, are reported and left out. */
    MetricLabels(MetricDefinition definition, List<String> wanted, SeriesLimit limit) {
        this.metric = definition.name();
        this.maxCombinations =
                definition.kind() == MetricDefinition.Kind.HISTOGRAM ? MAX_COMBINATIONS_OF_HISTOGRAM : MAX_COMBINATIONS;
        this.limit = limit;
        this.names = wanted.stream()
                .filter(label -> {
                    boolean valid = LABEL.matcher(label).matches() && !label.startsWith("__") && !label.equals("le");
                    if (!valid) {
                        LOG.error("Metric {}: \"{}\" is no valid label, leaving it out", metric, label);
                    }
                    return valid;
                })
                .distinct()
                .toList();
        if (Set.copyOf(wanted).size() < wanted.size()) {
            LOG.error("Metric {}: repeated labels in {}, each is used once", metric, wanted);
        }
    }

    String[] names() {
        return names.toArray(String[]::new);
    }

    /** The labels' values, in the order of {@link #names()}; empty where there is none. */
    String[] values(Map<String, String> values) {
        List<String> own =
                names.stream().map(name -> values.getOrDefault(name, "")).toList();
        if (!combinations.contains(own) && !add(own)) {
            own = names.stream()
                    .map(name -> UNBOUNDED.contains(name) ? OTHER : values.getOrDefault(name, ""))
                    .toList();
        }
        return own.toArray(String[]::new);
    }

    private boolean add(List<String> own) {
        if (combinations.size() >= maxCombinations || (!combinations.isEmpty() && !limit.tryAdd())) {
            if (!full) {
                full = true;
                LOG.warn(
                        "Metric {} has {} combinations of labels; further jobs are counted as \"{}\"",
                        metric,
                        combinations.size(),
                        OTHER);
            }
            return false;
        }
        combinations.add(own);
        return true;
    }

    /** Its series do not count any more. */
    void release() {
        limit.remove(Math.max(combinations.size() - 1, 0));
        combinations.clear();
    }
}
