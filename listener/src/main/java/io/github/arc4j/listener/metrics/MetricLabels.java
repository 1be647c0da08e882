package io.github.arc4j.listener.metrics;

import io.github.arc4j.process.log.LogText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels of one metric and a limit on their combinations. Names of jobs and workflows are user-controlled text:
 * when the limit ({@link SeriesLimit}) is reached, further combinations are counted under {@value #OTHER}, so that
 * neither this process nor Prometheus grows without bound. Callers must hold the lock of the limit.
 */
public final class MetricLabels {
    static final String OTHER = "other";
    static final int MAX_COMBINATIONS = 1000;
    /** Each combination has as many series as there are buckets. */
    static final int MAX_COMBINATIONS_OF_HISTOGRAM = 200;
    /** A series with more counts several times, because of the memory that it takes: about 3 KiB each time. */
    private static final int BUCKETS_AT_ONCE = MetricDefinition.BUCKETS.size();

    private static final int CHARACTERS_AT_ONCE = 400;

    /** More than there are labels with a value. */
    private static final int MAX_LABELS = 32;

    /** Three times as long as those with a value. */
    private static final int MAX_LABEL_LENGTH = 64;

    private static final Logger log = LoggerFactory.getLogger(MetricLabels.class);
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> UNBOUNDED = Set.of(
            "organization", "repository", "job_name", "job_workflow_ref", "job_workflow_name", "job_workflow_target");
    /** Values that GitHub sends. A server that is not GitHub may send any others. */
    private static final Map<String, Set<String>> BOUNDED = Map.of(
            "event_name",
            Set.of(
                    "branch_protection_rule",
                    "check_run",
                    "check_suite",
                    "create",
                    "delete",
                    "deployment",
                    "deployment_status",
                    "discussion",
                    "discussion_comment",
                    "dynamic",
                    "fork",
                    "gollum",
                    "image_version",
                    "issue_comment",
                    "issues",
                    "label",
                    "merge_group",
                    "milestone",
                    "page_build",
                    "public",
                    "pull_request",
                    "pull_request_review",
                    "pull_request_review_comment",
                    "pull_request_target",
                    "push",
                    "registry_package",
                    "release",
                    "repository_dispatch",
                    "schedule",
                    "status",
                    "watch",
                    "workflow_call",
                    "workflow_dispatch",
                    "workflow_run"),
            "job_result",
            Set.of("succeeded", "succeededWithIssues", "failed", "canceled", "skipped", "abandoned"));

    /** Characters of a value. */
    private static final int MAX_VALUE = 200;

    private final String metric;
    private final String namespace;
    private final int maxCombinations;
    /** The weight of a series with short labels. */
    private final int baseWeight;

    private final SeriesLimit limit;
    private final List<String> names;
    /** The least recently used first. */
    private final Map<List<String>, Use> combinations = new LinkedHashMap<>(16, 0.75f, true);

    private final SeriesCounts<String> repositories = new SeriesCounts<>();
    private Consumer<String[]> remove = values -> {};
    private int weight;
    private boolean full;

    /** The repository that first used a combination, how many times it counts, and the time of its last use. */
    private static final class Use {
        private final String repository;
        private final int weight;
        private long last;

        private Use(String repository, int weight) {
            this.repository = repository;
            this.weight = weight;
        }
    }

    /**
     * Reports and drops labels that Prometheus would reject or that are too long, and duplicates.
     *
     * @param buckets the number of buckets of a histogram
     */
    MetricLabels(MetricDefinition definition, List<String> wanted, int buckets, String namespace, SeriesLimit limit) {
        this.metric = definition.name();
        this.namespace = namespace;
        this.maxCombinations =
                definition.kind() == MetricDefinition.Kind.HISTOGRAM ? MAX_COMBINATIONS_OF_HISTOGRAM : MAX_COMBINATIONS;
        this.baseWeight = Math.max(1, Math.ceilDiv(buckets, BUCKETS_AT_ONCE));
        this.limit = limit;
        this.names = wanted.stream()
                .limit(MAX_LABELS)
                .filter(label -> {
                    boolean valid = isValid(label);
                    if (!valid) {
                        log.error(
                                "Metric {}: \"{}\" is not a valid label; ignoring it",
                                metric,
                                LogText.cut(label, MAX_LABEL_LENGTH));
                    }
                    return valid;
                })
                .distinct()
                .toList();
        if (wanted.size() > MAX_LABELS) {
            log.error("Metric {}: {} labels; the first {} are used", metric, wanted.size(), MAX_LABELS);
        } else if (Set.copyOf(wanted).size() < wanted.size()) {
            log.error("Metric {}: duplicate labels, each is used once: {}", metric, names);
        }
    }

    private static boolean isValid(String label) {
        return label.length() <= MAX_LABEL_LENGTH
                && LABEL.matcher(label).matches()
                && !label.startsWith("__")
                && !label.equals("le");
    }

    String[] names() {
        return names.toArray(String[]::new);
    }

    /** Sets the action that removes series when others need the room. */
    void removeBy(Consumer<String[]> remove) {
        this.remove = remove;
        limit.join(this);
    }

    /** The labels' values, in the order of {@link #names()}; empty where there is none. */
    String[] values(Map<String, String> values) {
        List<String> own = names.stream().map(name -> value(values, name)).toList();
        Use use = combinations.get(own);
        if (use == null) {
            String repository = values.getOrDefault("organization", "") + '/' + values.getOrDefault("repository", "");
            int times = baseWeight * (1 + own.stream().mapToInt(String::length).sum() / CHARACTERS_AT_ONCE);
            if (!limit.hasRoom(this, times, repository)) {
                reportFull();
                return names.stream()
                        .map(name -> withoutRoom(name, value(values, name)))
                        .toArray(String[]::new);
            }
            use = new Use(repository, times);
            combinations.put(own, use);
            repositories.add(repository, 1);
            count(times);
        }
        use.last = limit.now();
        return own.toArray(String[]::new);
    }

    /**
     * Names are user-controlled text, of any length: the Prometheus format escapes line feeds, but no other control
     * characters.
     */
    private static String value(Map<String, String> values, String name) {
        String value = LogText.cut(values.getOrDefault(name, ""), MAX_VALUE);
        return LogText.cut(LogText.visible(value), MAX_VALUE);
    }

    private static String withoutRoom(String name, String value) {
        Set<String> known = BOUNDED.get(name);
        return UNBOUNDED.contains(name) || (known != null && !known.contains(value)) ? OTHER : value;
    }

    private void reportFull() {
        if (!full) {
            full = true;
            log.warn(
                    "Metric {} of namespace {} has {} combinations of labels; further jobs of repositories that have"
                            + " many of them are counted as \"{}\"",
                    metric,
                    namespace,
                    combinations.size(),
                    OTHER);
        }
    }

    boolean isFull() {
        return combinations.size() >= maxCombinations;
    }

    boolean isEmpty() {
        return combinations.isEmpty();
    }

    /** Counts added or removed series towards the limit, which leaves out the first one. */
    private void count(int times) {
        int before = Math.max(0, weight - baseWeight);
        weight += times;
        limit.changed(this, Math.max(0, weight - baseWeight) - before);
    }

    String namespace() {
        return namespace;
    }

    /** Removes the series that were last used before that time. */
    void expire(long unusedSince) {
        List<List<String>> expired = combinations.entrySet().stream()
                .takeWhile(combination -> combination.getValue().last - unusedSince <= 0)
                .map(Map.Entry::getKey)
                .toList();
        expired.forEach(this::drop);
    }

    /** Makes room for a series of this repository, unless it has the most series itself. */
    boolean dropForAnother(String repository) {
        boolean hasLarger = repositories.hasLargerThan(repository, 1);
        if (hasLarger) {
            dropOneOfMost();
        }
        return hasLarger;
    }

    /** Removes the least recently used series of the repositories that have the most. */
    void dropOneOfMost() {
        int most = repositories.most();
        combinations.entrySet().stream()
                .filter(combination -> repositories.of(combination.getValue().repository) == most)
                .map(Map.Entry::getKey)
                .findFirst()
                .ifPresent(this::drop);
    }

    private void drop(List<String> combination) {
        Use use = combinations.remove(combination);
        if (use != null) {
            repositories.add(use.repository, -1);
            count(-use.weight);
            remove.accept(combination.toArray(String[]::new));
        }
    }

    /** Stops counting these series towards the limit. */
    void release() {
        List.copyOf(combinations.keySet()).forEach(this::drop);
        limit.leave(this);
    }
}
