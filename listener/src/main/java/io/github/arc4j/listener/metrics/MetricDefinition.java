package io.github.arc4j.listener.metrics;

import java.util.List;
import java.util.Locale;

/**
 * A metric about the scale set or its jobs. The Go listener has all of them except {@link #JOB_QUEUE}.
 *
 * @param labels the default labels, unless the configuration selects others
 */
public record MetricDefinition(String name, Kind kind, String help, List<String> labels) {
    enum Kind {
        GAUGE,
        COUNTER,
        HISTOGRAM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String ASSIGNED_JOBS = "gha_assigned_jobs";
    static final String RUNNING_JOBS = "gha_running_jobs";
    static final String REGISTERED_RUNNERS = "gha_registered_runners";
    static final String BUSY_RUNNERS = "gha_busy_runners";
    static final String MIN_RUNNERS = "gha_min_runners";
    static final String MAX_RUNNERS = "gha_max_runners";
    static final String DESIRED_RUNNERS = "gha_desired_runners";
    static final String IDLE_RUNNERS = "gha_idle_runners";
    static final String STARTED_JOBS = "gha_started_jobs_total";
    static final String COMPLETED_JOBS = "gha_completed_jobs_total";
    static final String JOB_QUEUE = "gha_job_queue_duration_seconds";
    static final String JOB_STARTUP = "gha_job_startup_duration_seconds";
    static final String JOB_EXECUTION = "gha_job_execution_duration_seconds";

    private static final List<String> SCALE_SET_LABELS =
            List.of("enterprise", "organization", "repository", "name", "namespace");
    private static final List<String> JOB_LABELS =
            List.of("enterprise", "organization", "repository", "job_name", "event_name");
    private static final List<String> COMPLETED_LABELS =
            List.of("enterprise", "organization", "repository", "job_name", "event_name", "job_result");

    /** Upper bounds of the histograms' buckets in seconds, unless the configuration sets others. */
    static final List<Double> BUCKETS = List.of(
            0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 18.0, 20.0, 25.0, 30.0,
            40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0, 150.0, 180.0, 210.0, 240.0, 300.0, 360.0, 420.0,
            480.0, 540.0, 600.0, 900.0, 1200.0, 1800.0, 2400.0, 3000.0, 3600.0);

    static final List<MetricDefinition> ALL = List.of(
            gauge(ASSIGNED_JOBS, "Number of jobs assigned to this scale set."),
            gauge(RUNNING_JOBS, "Number of jobs running (or about to be run)."),
            gauge(REGISTERED_RUNNERS, "Number of runners registered by the scale set."),
            gauge(BUSY_RUNNERS, "Number of registered runners running a job."),
            gauge(MIN_RUNNERS, "Minimum number of runners."),
            gauge(MAX_RUNNERS, "Maximum number of runners."),
            gauge(DESIRED_RUNNERS, "Number of runners desired by the scale set."),
            gauge(IDLE_RUNNERS, "Number of registered runners not running a job."),
            new MetricDefinition(STARTED_JOBS, Kind.COUNTER, "Total number of jobs started.", JOB_LABELS),
            new MetricDefinition(COMPLETED_JOBS, Kind.COUNTER, "Total number of jobs completed.", COMPLETED_LABELS),
            new MetricDefinition(
                    JOB_STARTUP,
                    Kind.HISTOGRAM,
                    "Time spent waiting for workflow job to get started on the runner owned by the scale set (in"
                            + " seconds).",
                    JOB_LABELS),
            new MetricDefinition(
                    JOB_QUEUE,
                    Kind.HISTOGRAM,
                    "Time from the queueing of a job until a runner got it (in seconds).",
                    SCALE_SET_LABELS),
            new MetricDefinition(
                    JOB_EXECUTION,
                    Kind.HISTOGRAM,
                    "Time spent executing workflow jobs by the scale set (in seconds).",
                    COMPLETED_LABELS));

    private static MetricDefinition gauge(String name, String help) {
        return new MetricDefinition(name, Kind.GAUGE, help, SCALE_SET_LABELS);
    }
}
