package io.github.arc4j.runtime.metrics;

import io.github.arc4j.runtime.queue.Priority;
import io.github.arc4j.runtime.queue.QueueMetrics;
import io.github.arc4j.runtime.queue.WorkQueue;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/** The metrics {@code workqueue_*}: waiting keys and keys being processed, by controller. */
public final class WorkQueueMetrics {
    private static final String[] LABELS = {"name", "controller"};

    private final Gauge depth;
    private final Counter adds;
    private final Counter retries;
    private final Histogram queueDuration;
    private final Histogram workDuration;
    private final Gauge unfinished;
    private final Gauge longest;

    public WorkQueueMetrics(CollectorRegistry registry) {
        depth = Gauge.build("workqueue_depth", "Current depth of workqueue by workqueue and priority")
                .labelNames("name", "controller", "priority")
                .register(registry);
        adds = Counter.build("workqueue_adds_total", "Total number of adds handled by workqueue")
                .labelNames(LABELS)
                .register(registry);
        retries = Counter.build(
                        "workqueue_retries_total",
                        "Total number of items added to the workqueue with a non-zero delay (rate-limited requeues, "
                                + "explicit RequeueAfter or AddAfter calls)")
                .labelNames(LABELS)
                .register(registry);
        queueDuration = Histogram.build(
                        "workqueue_queue_duration_seconds",
                        "How long in seconds an item stays in workqueue before being requested")
                .labelNames(LABELS)
                .exponentialBuckets(10e-9, 10, 12)
                .register(registry);
        workDuration = Histogram.build(
                        "workqueue_work_duration_seconds",
                        "How long in seconds processing an item from workqueue takes.")
                .labelNames(LABELS)
                .exponentialBuckets(10e-9, 10, 12)
                .register(registry);
        unfinished = Gauge.build(
                        "workqueue_unfinished_work_seconds",
                        "How many seconds of work has been done that is in progress and hasn't been observed by "
                                + "work_duration. Large values indicate stuck threads. One can deduce the number of "
                                + "stuck threads by observing the rate at which this increases.")
                .labelNames(LABELS)
                .register(registry);
        longest = Gauge.build(
                        "workqueue_longest_running_processor_seconds",
                        "How many seconds has the longest running processor for workqueue been running.")
                .labelNames(LABELS)
                .register(registry);
    }

    /** The series of one controller's queue. */
    public QueueMetrics of(String controller) {
        return new ForQueue(controller);
    }

    /** Measures the reconciles in progress at each scrape. */
    public void observe(String controller, WorkQueue<?> queue) {
        unfinished.setChild(live(queue, LongStream::sum), controller, controller);
        longest.setChild(live(queue, times -> times.max().orElse(0)), controller, controller);
    }

    private static Gauge.Child live(WorkQueue<?> queue, ToLongFunction<LongStream> nanos) {
        return new Gauge.Child() {
            @Override
            public double get() {
                return nanos.applyAsLong(queue.running()) / 1e9;
            }
        };
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private final class ForQueue implements QueueMetrics {
        private final Map<Priority, Gauge.Child> depths = new EnumMap<>(Priority.class);
        private final Counter.Child myAdds;
        private final Counter.Child myRetries;
        private final Histogram.Child myQueueDuration;
        private final Histogram.Child myWorkDuration;

        ForQueue(String controller) {
            for (Priority priority : Priority.values()) {
                depths.put(priority, depth.labels(controller, controller, String.valueOf(priority.level())));
            }
            myAdds = adds.labels(controller, controller);
            myRetries = retries.labels(controller, controller);
            myQueueDuration = queueDuration.labels(controller, controller);
            myWorkDuration = workDuration.labels(controller, controller);
        }

        @Override
        public void added() {
            myAdds.inc();
        }

        @Override
        public void retried() {
            myRetries.inc();
        }

        @Override
        public void depth(Priority priority, int change) {
            Objects.requireNonNull(depths.get(priority)).inc(change);
        }

        @Override
        public void waited(Duration time) {
            myQueueDuration.observe(seconds(time));
        }

        @Override
        public void worked(Duration time) {
            myWorkDuration.observe(seconds(time));
        }
    }
}
