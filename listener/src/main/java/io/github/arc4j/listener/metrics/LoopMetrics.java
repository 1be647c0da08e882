package io.github.arc4j.listener.metrics;

import io.github.arc4j.listener.state.ListenerState;
import io.github.arc4j.process.http.StatusLabel;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import io.prometheus.client.SimpleCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Metrics about the listener itself, which the Go listener does not have. Their number of series is fixed. */
public final class LoopMetrics {
    private static final String MESSAGES = "gha_listener_messages_total";
    private static final String RETRIES = "gha_listener_retries_total";
    private static final String API_ERRORS = "gha_listener_api_errors_total";
    private static final String SCALE_LATENCY = "gha_listener_scale_latency_seconds";
    private static final String POLL_AGE = "gha_listener_poll_age_seconds";
    private static final String SESSION_STATE = "gha_listener_session_state";

    static final Set<String> NAMES = Set.of(MESSAGES, RETRIES, API_ERRORS, SCALE_LATENCY, POLL_AGE, SESSION_STATE);

    private final CollectorRegistry registry;
    private final Predicate<String> wanted;
    private final String name;
    private final String namespace;
    private final Counter messages;
    private final Counter retries;
    private final Counter apiErrors;
    private final Histogram scaleLatency;
    private volatile @Nullable ListenerState state;

    /**
     * @param wanted which metrics to serve
     * @param name of the EphemeralRunnerSet
     */
    LoopMetrics(CollectorRegistry registry, Predicate<String> wanted, String name, String namespace) {
        this.registry = registry;
        this.wanted = wanted;
        this.name = name;
        this.namespace = namespace;
        messages = served(
                MESSAGES,
                Counter.build(MESSAGES, "Messages from GitHub, by result.")
                        .labelNames("name", "namespace", "result")
                        .create());
        retries = served(
                RETRIES,
                Counter.build(RETRIES, "Failed attempts that were or will be retried, by cause.")
                        .labelNames("name", "namespace", "cause")
                        .create());
        apiErrors = served(
                API_ERRORS,
                Counter.build(API_ERRORS, "Calls that failed, by API and HTTP status (0: no response).")
                        .labelNames("name", "namespace", "api", "code")
                        .create());
        scaleLatency = served(
                SCALE_LATENCY,
                Histogram.build(SCALE_LATENCY, "Time from a message's arrival to the scaled runner set (in seconds).")
                        .labelNames("name", "namespace")
                        .buckets(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
                        .create());
    }

    private <C extends SimpleCollector<?>> C served(String metric, C collector) {
        if (wanted.test(metric)) {
            collector.register(registry);
        }
        return collector;
    }

    void message(String result) {
        messages.labels(name, namespace, result).inc();
    }

    void retry(String cause) {
        retries.labels(name, namespace, cause).inc();
    }

    void apiError(String api, int status) {
        apiErrors.labels(name, namespace, api, StatusLabel.of(status)).inc();
    }

    void scaled(double seconds) {
        scaleLatency.labels(name, namespace).observe(seconds);
    }

    /** Serves this state from now on, instead of that of a previous listener. */
    synchronized void serve(ListenerState newState) {
        boolean first = state == null;
        state = newState;
        if (first) {
            new StateCollector().register(registry);
        }
    }

    private final class StateCollector extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            ListenerState current = state;
            return current == null ? List.of() : collect(current);
        }

        private List<MetricFamilySamples> collect(ListenerState state) {
            List<MetricFamilySamples> families = new ArrayList<>();
            if (wanted.test(POLL_AGE)) {
                families.add(new GaugeMetricFamily(
                                POLL_AGE,
                                "Time since GitHub last responded to a poll (in seconds).",
                                List.of("name", "namespace"))
                        .addMetric(List.of(name, namespace), state.pollAgeSeconds()));
            }
            if (wanted.test(SESSION_STATE)) {
                ListenerState.Phase now = state.phase();
                GaugeMetricFamily states = new GaugeMetricFamily(
                        SESSION_STATE,
                        "1 for the current state of the listener's message session.",
                        List.of("name", "namespace", "state"));
                for (ListenerState.Phase phase : ListenerState.Phase.values()) {
                    String label = phase.name().toLowerCase(Locale.ROOT);
                    states.addMetric(List.of(name, namespace, label), phase == now ? 1 : 0);
                }
                families.add(states);
            }
            return families;
        }
    }
}
