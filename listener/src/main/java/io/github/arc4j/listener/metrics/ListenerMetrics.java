package io.github.arc4j.listener.metrics;

import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.state.ListenerState;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.address.AddressOrder;
import io.github.arc4j.process.http.StatusLabel;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import io.prometheus.client.SimpleCollector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one listener, in its own registry. The metrics of the Go listener have the same names, labels and
 * values here, and are selected by the same configuration; metrics about the listener itself are added, either all of
 * them or those that the configuration lists.
 */
public final class ListenerMetrics {
    private static final String MESSAGES = "gha_listener_messages_total";
    private static final String RETRIES = "gha_listener_retries_total";
    private static final String API_ERRORS = "gha_listener_api_errors_total";
    private static final String SCALE_LATENCY = "gha_listener_scale_latency_seconds";
    private static final String POLL_AGE = "gha_listener_poll_age_seconds";
    private static final String SESSION_STATE = "gha_listener_session_state";

    /** The metrics about the listener itself, whose number of series is fixed. */
    static final Set<String> OWN = Set.of(MESSAGES, RETRIES, API_ERRORS, SCALE_LATENCY, POLL_AGE, SESSION_STATE);

    private final CollectorRegistry registry = new CollectorRegistry();
    private final String name;
    private final String namespace;
    private final Map<String, String> scaleSetLabels;
    private final ScaleSetMetrics scaleSet;
    private final Predicate<String> wanted;
    private final Counter messages;
    private final Counter retries;
    private final Counter apiErrors;
    private final Histogram scaleLatency;
    private volatile @Nullable ListenerState state;

    /** Sets the gauges of minimum and maximum. */
    public ListenerMetrics(ListenerConfig config, ConfigUrl url) {
        this(config, url, SeriesLimit.none());
    }

    /**
     * Creates metrics that share a process with others.
     *
     * @param limit for the total number of series
     */
    public ListenerMetrics(ListenerConfig config, ConfigUrl url, SeriesLimit limit) {
        name = config.ephemeralRunnerSetName();
        namespace = config.ephemeralRunnerSetNamespace();
        scaleSetLabels = Map.of(
                "name", name,
                "namespace", namespace,
                "enterprise", url.enterprise(),
                "organization", url.organization(),
                "repository", url.repository());
        ListenerConfig.@Nullable Metrics listed = config.metrics();
        scaleSet = new ScaleSetMetrics(registry, listed, namespace, limit);
        wanted = metric -> listed == null
                || listed.counters().containsKey(metric)
                || listed.gauges().containsKey(metric)
                || listed.histograms().containsKey(metric);
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
        limits(config);
    }

    private <C extends SimpleCollector<?>> C served(String metric, C collector) {
        if (wanted.test(metric)) {
            collector.register(registry);
        }
        return collector;
    }

    /** Applies the runner limits of a new configuration. */
    public void limits(ListenerConfig config) {
        set(MetricDefinition.MIN_RUNNERS, config.minRunners());
        set(MetricDefinition.MAX_RUNNERS, config.maxRunners());
    }

    public CollectorRegistry registry() {
        return registry;
    }

    /** Stops serving these metrics, and frees their series for others. */
    public void release() {
        scaleSet.release();
    }

    /** Counts the client's failed attempts and retries. */
    public ClientMetrics clientMetrics() {
        return new ClientMetrics() {
            @Override
            public void attempt(String operation, int status, Duration duration) {
                if (status == 0 || status >= 400) {
                    apiError("actions", status);
                }
            }

            @Override
            public void retry(String operation, int status, Duration wait) {
                ListenerMetrics.this.retry(
                        switch (status) {
                            case 0 -> FailureKind.NETWORK;
                            case 429 -> FailureKind.RATE_LIMIT;
                            default -> FailureKind.SERVICE_ERROR;
                        });
            }

            @Override
            public void unreachable(String host, int port, Duration duration) {
                AddressOrder.OF_THE_PROCESS.failed(host, port, duration);
            }
        };
    }

    public void statistics(Statistics statistics) {
        set(MetricDefinition.ASSIGNED_JOBS, statistics.totalAssignedJobs());
        set(MetricDefinition.RUNNING_JOBS, statistics.totalRunningJobs());
        set(MetricDefinition.REGISTERED_RUNNERS, statistics.totalRegisteredRunners());
        set(MetricDefinition.BUSY_RUNNERS, statistics.totalBusyRunners());
        set(MetricDefinition.IDLE_RUNNERS, statistics.totalIdleRunners());
    }

    public void desired(int runners) {
        set(MetricDefinition.DESIRED_RUNNERS, runners);
    }

    public void jobStarted(JobStarted started) {
        JobInfo job = started.job();
        Map<String, String> labels = labels(job);
        scaleSet.count(MetricDefinition.STARTED_JOBS, labels);
        observe(MetricDefinition.JOB_STARTUP, labels, job.scaleSetAssignTime(), job.runnerAssignTime());
        observe(MetricDefinition.JOB_QUEUE, labels, job.queueTime(), job.runnerAssignTime());
    }

    /** Records a completed job, except one that never had a runner. */
    public void jobCompleted(JobCompleted completed) {
        JobInfo job = completed.job();
        if (job.runnerAssignTime() == null) {
            return;
        }
        Map<String, String> labels = labels(job);
        labels.put("job_result", completed.result());
        scaleSet.count(MetricDefinition.COMPLETED_JOBS, labels);
        observe(MetricDefinition.JOB_EXECUTION, labels, job.runnerAssignTime(), job.finishTime());
    }

    public void message(String result) {
        messages.labels(name, namespace, result).inc();
    }

    public void retry(FailureKind cause) {
        retries.labels(name, namespace, ListenerState.cause(cause)).inc();
    }

    public void apiError(String api, int status) {
        apiErrors.labels(name, namespace, api, StatusLabel.of(status)).inc();
    }

    public void scaled(Duration sinceMessage) {
        scaleLatency.labels(name, namespace).observe(sinceMessage.toNanos() / 1e9);
    }

    /** Serves this state from now on, instead of that of a previous listener. */
    public synchronized void serve(ListenerState newState) {
        boolean first = state == null;
        state = newState;
        if (first) {
            new StateCollector().register(registry);
        }
    }

    private void set(String gauge, double value) {
        scaleSet.set(gauge, scaleSetLabels, value);
    }

    private Map<String, String> labels(JobInfo job) {
        WorkflowRef workflow = WorkflowRef.parse(job.jobWorkflowRef());
        Map<String, String> labels = new HashMap<>(scaleSetLabels);
        labels.put("organization", job.ownerName());
        labels.put("repository", job.repositoryName());
        labels.put("job_name", job.jobDisplayName());
        labels.put("job_workflow_ref", job.jobWorkflowRef());
        labels.put("job_workflow_name", workflow.name());
        labels.put("job_workflow_target", workflow.target());
        labels.put("event_name", job.eventName());
        return labels;
    }

    /** Observes whole seconds, like the Go listener; nothing if one of the times is missing. */
    private void observe(String histogram, Map<String, String> labels, @Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null) {
            // A negative one would make the sum fall, like that of a process that was restarted.
            scaleSet.observe(histogram, labels, Math.max(0, to.getEpochSecond() - from.getEpochSecond()));
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
