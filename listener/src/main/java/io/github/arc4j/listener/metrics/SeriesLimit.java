package io.github.arc4j.listener.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the total number of series of a process's metrics, not counting the first one of each metric. Names of jobs
 * are user-controlled text: those of one repository must not use up the memory and the series of all others. So when
 * there is no room for a new combination of labels, combinations that have not been used for a while are removed, then
 * the least recently used one of the repository that has the most. Only a repository that itself has the most is
 * refused.
 *
 * <p>Thread-safe; its lock also guards the {@link MetricLabels} that share it.
 */
public final class SeriesLimit {
    static final Duration EXPIRY = Duration.ofHours(1);

    private final int most;
    private final LongSupplier nanoTime;
    private final List<MetricLabels> metrics = new ArrayList<>();
    private int used;

    public SeriesLimit(int most) {
        this(most, System::nanoTime);
    }

    SeriesLimit(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
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

    /** Reserves room for one more series of the metric, if there is any or other series can be removed. */
    synchronized boolean tryAdd(MetricLabels adding, String repository) {
        int own = adding.count(repository) + 1;
        if (adding.isFull() && !makeRoom(List.of(adding), own, () -> !adding.isFull())) {
            return false;
        }
        BooleanSupplier room = () -> adding.isEmpty() || used < most;
        if (!room.getAsBoolean() && !makeRoom(metrics, own, room)) {
            return false;
        }
        if (!adding.isEmpty()) {
            used++;
        }
        return true;
    }

    /** Frees the room of one series. */
    synchronized void remove() {
        used--;
    }

    private boolean makeRoom(Collection<MetricLabels> among, int own, BooleanSupplier room) {
        long unusedSince = now() - EXPIRY.toNanos();
        among.forEach(labels -> labels.expire(unusedSince));
        return room.getAsBoolean() || dropOneOfMost(among, own);
    }

    private static boolean dropOneOfMost(Collection<MetricLabels> among, int own) {
        int most = own;
        @Nullable MetricLabels metric = null;
        for (MetricLabels labels : among) {
            if (labels.mostOfARepository() > most) {
                most = labels.mostOfARepository();
                metric = labels;
            }
        }
        if (metric != null) {
            metric.dropOneOfMost();
        }
        return metric != null;
    }
}
