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
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one listener, in its own registry. The metrics of the Go listener have the same names, labels and
 * values here, and are selected by the same configuration; metrics about the listener itself are added, either all of
 * them or those that the configuration lists.
 */
public final class ListenerMetrics {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Map<String, String> scaleSetLabels;
    private final ScaleSetMetrics scaleSet;
    private final LoopMetrics loop;

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
        scaleSetLabels = Map.of(
                "name", config.ephemeralRunnerSetName(),
                "namespace", config.ephemeralRunnerSetNamespace(),
                "enterprise", url.enterprise(),
                "organization", url.organization(),
                "repository", url.repository());
        ListenerConfig.@Nullable Metrics wanted = config.metrics();
        scaleSet = new ScaleSetMetrics(registry, wanted, config.ephemeralRunnerSetNamespace(), limit);
        Predicate<String> listed = metric -> wanted == null
                || wanted.counters().containsKey(metric)
                || wanted.gauges().containsKey(metric)
                || wanted.histograms().containsKey(metric);
        loop = new LoopMetrics(registry, listed, config.ephemeralRunnerSetName(), config.ephemeralRunnerSetNamespace());
        limits(config);
    }

    /** Applies the runner limits of a new configuration. */
    public void limits(ListenerConfig config) {
        set(MetricDefinition.MIN_RUNNERS, config.minRunners());
        set(MetricDefinition.MAX_RUNNERS, config.maxRunners());
    }

    /** The registry to serve. */
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
        loop.message(result);
    }

    public void retry(FailureKind cause) {
        loop.retry(ListenerState.cause(cause));
    }

    public void apiError(String api, int status) {
        loop.apiError(api, status);
    }

    public void scaled(Duration sinceMessage) {
        loop.scaled(sinceMessage.toNanos() / 1e9);
    }

    public void serve(ListenerState state) {
        loop.serve(state);
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
}
