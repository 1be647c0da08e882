package io.github.arc4j.runtime.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.time.Duration;
import java.util.Locale;

/** The metrics {@code controller_runtime_*}: reconciles, by controller. */
public final class ControllerMetrics {

    /** The result of a reconcile; the name in lower case is the label {@code result}. */
    public enum Outcome {
        SUCCESS,
        REQUEUE,
        REQUEUE_AFTER,
        ERROR;

        private final String label = name().toLowerCase(Locale.ROOT);
    }

    private final Counter reconciles;
    private final Counter errors;
    private final Counter terminalErrors;
    private final Counter panics;
    private final Histogram time;
    private final Gauge active;
    private final Gauge max;

    public ControllerMetrics(CollectorRegistry registry) {
        reconciles = Counter.build(
                        "controller_runtime_reconcile_total", "Total number of reconciliations per controller")
                .labelNames("controller", "result")
                .register(registry);
        errors = Counter.build(
                        "controller_runtime_reconcile_errors_total",
                        "Total number of reconciliation errors per controller")
                .labelNames("controller")
                .register(registry);
        terminalErrors = Counter.build(
                        "controller_runtime_terminal_reconcile_errors_total",
                        "Total number of terminal reconciliation errors per controller")
                .labelNames("controller")
                .register(registry);
        panics = Counter.build(
                        "controller_runtime_reconcile_panics_total",
                        "Total number of reconciliation panics per controller")
                .labelNames("controller")
                .register(registry);
        time = Histogram.build(
                        "controller_runtime_reconcile_time_seconds", "Length of time per reconciliation per controller")
                .labelNames("controller")
                .buckets(
                        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9,
                        1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50,
                        60)
                .register(registry);
        active = Gauge.build("controller_runtime_active_workers", "Number of currently used workers per controller")
                .labelNames("controller")
                .register(registry);
        max = Gauge.build(
                        "controller_runtime_max_concurrent_reconciles",
                        "Maximum number of concurrent reconciles per controller")
                .labelNames("controller")
                .register(registry);
    }

    /** Creates all series of one controller. */
    public ForController of(String controller, int maxConcurrentReconciles) {
        for (Outcome outcome : Outcome.values()) {
            reconciles.labels(controller, outcome.label);
        }
        terminalErrors.labels(controller); // all errors are retried
        max.labels(controller).set(maxConcurrentReconciles);
        return new ForController(controller);
    }

    public final class ForController {
        private final String controller;
        private final Counter.Child myErrors;
        private final Counter.Child myPanics;
        private final Histogram.Child myTime;
        private final Gauge.Child myActive;

        private ForController(String controller) {
            this.controller = controller;
            myErrors = errors.labels(controller);
            myPanics = panics.labels(controller);
            myTime = time.labels(controller);
            myActive = active.labels(controller);
        }

        public void started() {
            myActive.inc();
        }

        /** A reconcile failed because of a defect, which corresponds to a panic in Go. */
        public void panicked() {
            myPanics.inc();
        }

        public void ended(Outcome outcome, Duration duration) {
            myActive.dec();
            myTime.observe(duration.toNanos() / 1e9);
            reconciles.labels(controller, outcome.label).inc();
            if (outcome == Outcome.ERROR) {
                myErrors.inc();
            }
        }
    }
}
