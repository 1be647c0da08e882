package io.github.arc4j.listener.metrics;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the total number of series of a process's metrics, not counting the first one of each metric. Names of jobs and
 * repositories come from users and from servers of tenants: those of one tenant must not use up the memory and the
 * series of all others. So when there is no room for a new combination of labels, combinations that have not been used
 * for a while are removed, then one of the namespace that has the most: of its metric that has the most, the least
 * recently used one of the repository that has the most. A new combination is rejected only if it belongs to what has
 * the most. A series with many buckets or long labels counts several times.
 *
 * <p>Thread-safe; its lock also guards the {@link MetricLabels} that share it.
 */
public final class SeriesLimit {
    static final Duration EXPIRY = Duration.ofHours(1);

    /** The lock is held while all metrics are searched for unused series. */
    private static final Duration BETWEEN_SEARCHES = Duration.ofMinutes(1);

    private final int most;
    private final LongSupplier nanoTime;
    private final Set<MetricLabels> metrics = new HashSet<>();
    private final SeriesCounts<String> namespaces = new SeriesCounts<>();
    /** By namespace. */
    private final Map<String, SeriesCounts<MetricLabels>> metricsOf = new HashMap<>();

    private long lastSearch;

    public SeriesLimit(int most) {
        this(most, System::nanoTime);
    }

    SeriesLimit(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.lastSearch = nanoTime.getAsLong();
    }

    /** No limit other than that of each metric. */
    static SeriesLimit none() {
        return new SeriesLimit(Integer.MAX_VALUE);
    }

    long now() {
        return nanoTime.getAsLong();
    }

    synchronized void join(MetricLabels labels) {
        metrics.add(labels);
    }

    synchronized void leave(MetricLabels labels) {
        metrics.remove(labels);
    }

    /** Whether there is room for one more series of the metric, if necessary after others have been removed. */
    synchronized boolean hasRoom(MetricLabels adding, int weight, String repository) {
        if (adding.isFull()) {
            adding.expire(now() - EXPIRY.toNanos());
            if (adding.isFull() && !adding.dropForAnother(repository)) {
                return false;
            }
        }
        return adding.isEmpty() || fits(weight) || makeRoom(adding, weight, repository);
    }

    private boolean fits(int weight) {
        return namespaces.total() <= most - weight;
    }

    private boolean makeRoom(MetricLabels adding, int weight, String repository) {
        long now = now();
        if (now - lastSearch >= BETWEEN_SEARCHES.toNanos()) {
            lastSearch = now;
            metrics.forEach(labels -> labels.expire(now - EXPIRY.toNanos()));
        }
        while (!fits(weight)) {
            MetricLabels other = largestOther(adding, weight);
            if (other != null) {
                other.dropOneOfMost();
            } else if (!adding.dropForAnother(repository)) {
                return false;
            }
        }
        return true;
    }

    /** The metric to take a series from; null if it is the metric itself that has too many. */
    private @Nullable MetricLabels largestOther(MetricLabels adding, int weight) {
        String namespace = adding.namespace();
        if (namespaces.hasLargerThan(namespace, weight)) {
            return metricsOf(namespaces.largest()).largest();
        }
        SeriesCounts<MetricLabels> own = metricsOf(namespace);
        return own.hasLargerThan(adding, weight) ? own.largest() : null;
    }

    private SeriesCounts<MetricLabels> metricsOf(String namespace) {
        return metricsOf.getOrDefault(namespace, new SeriesCounts<>());
    }

    /**
     * Counts added or removed series; those of a listener that is removed meanwhile do not count.
     *
     * @param change how many more than before
     */
    synchronized void changed(MetricLabels metric, int change) {
        if (metrics.contains(metric)) {
            String namespace = metric.namespace();
            SeriesCounts<MetricLabels> own = metricsOf.computeIfAbsent(namespace, key -> new SeriesCounts<>());
            own.add(metric, change);
            namespaces.add(namespace, change);
            if (own.total() == 0) {
                metricsOf.remove(namespace);
            }
        }
    }
}
