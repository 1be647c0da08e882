package io.github.arc4j.listener.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.FakeTiming;
import io.github.arc4j.listener.state.ListenerState;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenerMetricsTest {
    private final AtomicLong nanoTime = new AtomicLong();

    private static ListenerMetrics metrics(@Nullable Metrics wanted) {
        return metrics(wanted, SeriesLimit.none());
    }

    private static ListenerMetrics metrics(@Nullable Metrics wanted, SeriesLimit limit) {
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme/app")
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("ers")
                .runnerScaleSetId(7)
                .runnerScaleSetName("arc")
                .minRunners(1)
                .maxRunners(5)
                .metrics(wanted)
                .build();
        return new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()), limit);
    }

    /** Series by name and labels, without {@code _created}. */
    private static Map<String, Double> samples(ListenerMetrics metrics) {
        Map<String, Double> samples = new TreeMap<>();
        for (MetricFamilySamples family : Collections.list(metrics.registry().metricFamilySamples())) {
            for (MetricFamilySamples.Sample sample : family.samples) {
                Map<String, String> labels = new TreeMap<>();
                for (int i = 0; i < sample.labelNames.size(); i++) {
                    labels.put(sample.labelNames.get(i), sample.labelValues.get(i));
                }
                if (!sample.name.endsWith("_created")) {
                    samples.put(sample.name + labels, sample.value);
                }
            }
        }
        return samples;
    }

    private static JobInfo job(String name, @Nullable Instant runnerAssigned) {
        return job("job-repo", name, runnerAssigned);
    }

    private static JobInfo job(String repository, String name, @Nullable Instant runnerAssigned) {
        return new JobInfo(
                "x",
                1,
                repository,
                "job-owner",
                "id",
                "acme/app/.github/workflows/ci.yml@refs/heads/main",
                name,
                1,
                "push",
                List.of(),
                null,
                Instant.parse("2026-01-01T00:00:00.900Z"),
                runnerAssigned,
                Instant.parse("2026-01-01T00:01:10.100Z"));
    }

    private static JobStarted started(String name) {
        return started("job-repo", name);
    }

    private static JobStarted started(String repository, String name) {
        return new JobStarted(job(repository, name, Instant.parse("2026-01-01T00:00:05.100Z")), 1, "r");
    }

    @Test
    void unusualStatusesShareASeries() {
        ListenerMetrics metrics = metrics(null);
        for (int status = 0; status < 1000; status++) {
            metrics.clientMetrics().attempt("poll", status, Duration.ZERO);
        }
        Map<String, Double> errors = samples(metrics);
        errors.keySet().removeIf(series -> !series.startsWith("gha_listener_api_errors_total"));
        assertThat(errors)
                .hasSizeLessThan(50)
                .containsEntry("gha_listener_api_errors_total{api=actions, code=404, name=ers, namespace=ns}", 1.0);
        assertThat(errors.values().stream().mapToDouble(Double::doubleValue).sum())
                .isEqualTo(601);
    }

    @Test
    void allOfTheGoListenersMetricsAreThereByDefault() {
        ListenerMetrics metrics = metrics(null);
        metrics.statistics(new Statistics(1, 2, 3, 4, 5, 6, 7));
        metrics.desired(8);
        metrics.jobStarted(started("build"));
        metrics.jobCompleted(
                new JobCompleted(job("build", Instant.parse("2026-01-01T00:00:05.100Z")), "failed", 1, "r"));
        String set = "{enterprise=, name=ers, namespace=ns, organization=acme, repository=app}";
        String job = "enterprise=, event_name=push, job_name=build";
        String of = "organization=job-owner, repository=job-repo}";
        assertThat(samples(metrics))
                .containsEntry("gha_assigned_jobs" + set, 3.0)
                .containsEntry("gha_running_jobs" + set, 4.0)
                .containsEntry("gha_registered_runners" + set, 5.0)
                .containsEntry("gha_busy_runners" + set, 6.0)
                .containsEntry("gha_idle_runners" + set, 7.0)
                .containsEntry("gha_min_runners" + set, 1.0)
                .containsEntry("gha_max_runners" + set, 5.0)
                .containsEntry("gha_desired_runners" + set, 8.0)
                .containsEntry("gha_started_jobs_total{" + job + ", " + of, 1.0)
                .containsEntry("gha_completed_jobs_total{" + job + ", job_result=failed, " + of, 1.0)
                .as("whole seconds: from second 0 to second 5")
                .containsEntry("gha_job_startup_duration_seconds_sum{" + job + ", " + of, 5.0)
                .containsEntry("gha_job_execution_duration_seconds_sum{" + job + ", job_result=failed, " + of, 65.0);
        assertThat(samples(metrics).keySet())
                .filteredOn(name -> name.startsWith("gha_job_startup_duration_seconds_bucket"))
                .hasSize(46);
    }

    @Test
    void aJobThatNeverHadARunnerDoesNotCount() {
        ListenerMetrics metrics = metrics(null);
        metrics.jobCompleted(new JobCompleted(job("build", null), "canceled", 0, ""));
        assertThat(samples(metrics).keySet()).noneMatch(name -> name.startsWith("gha_completed"));
    }

    @Test
    void onlyListedMetricsAreServedWithTheListedLabels() {
        ListenerMetrics metrics = metrics(new Metrics(
                Map.of("gha_started_jobs_total", List.of("job_workflow_name", "job_workflow_target", "made_up")),
                Map.of("gha_desired_runners", List.of("name")),
                Map.of("gha_job_startup_duration_seconds", new Histogram(List.of(), List.of(10.0, 1.0, 1.0)))));
        metrics.statistics(Statistics.ZERO);
        metrics.desired(2);
        metrics.jobStarted(started("build"));
        metrics.message("handled");
        metrics.serve(new ListenerState(new FakeTiming(), SessionObserver.NONE));
        assertThat(samples(metrics))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "gha_desired_runners{name=ers}", 2.0,
                        "gha_started_jobs_total{job_workflow_name=ci, job_workflow_target=heads/main, made_up=}", 1.0,
                        "gha_job_startup_duration_seconds_bucket{le=1.0}", 0.0,
                        "gha_job_startup_duration_seconds_bucket{le=10.0}", 1.0,
                        "gha_job_startup_duration_seconds_bucket{le=+Inf}", 1.0,
                        "gha_job_startup_duration_seconds_count{}", 1.0,
                        "gha_job_startup_duration_seconds_sum{}", 5.0));
    }

    @Test
    void namesHaveNoCharactersThatCannotBeSeen() {
        ListenerMetrics metrics = metrics(null);
        metrics.jobStarted(started("a\r\n\u001b[31m\u202E b\u00e9"));
        assertThat(samples(metrics))
                .containsKey("gha_started_jobs_total{enterprise=, event_name=push, job_name=a\\r\\n\\u001b[31m\\u202e"
                        + " b\u00e9, organization=job-owner, repository=job-repo}");
    }

    @Test
    void unknownNamesWrongKindsAndBadLabelsAreLeftOut() {
        ListenerMetrics metrics = metrics(new Metrics(
                Map.of("gha_desired_runners", List.of("name"), "made_up", List.of()),
                Map.of("gha_min_runners", List.of("name", "name", "9lives", "__x", "le", "a b", "namespace")),
                Map.of("gha_job_execution_duration_seconds", new Histogram(List.of("le"), List.of()))));
        assertThat(samples(metrics).keySet())
                .contains("gha_min_runners{name=ers, namespace=ns}")
                .noneMatch(name -> name.startsWith("gha_desired_runners") || name.startsWith("made_up"));
        assertThat(samples(metrics)).containsKey("gha_job_execution_duration_seconds_count{}");
    }

    /** A server that is not GitHub may send thousands of such names, which are kept and sent with each series. */
    @Test
    void longNamesAreCut() {
        ListenerMetrics metrics = metrics(null);
        metrics.jobStarted(started("\u0001".repeat(2048)));
        metrics.jobStarted(started("x".repeat(2048)));
        assertThat(Collections.list(metrics.registry().metricFamilySamples()))
                .flatExtracting(family -> family.samples)
                .flatExtracting(sample -> sample.labelValues)
                .contains("x".repeat(197) + "...", "\\u0001".repeat(32) + "\\u000...")
                .allMatch(value -> value.length() <= 200);
    }

    /** The names of labels are kept in memory and sent with each series. */
    @Test
    void labelsWithLongNamesAreLeftOut() {
        String longest = "l".repeat(64);
        ListenerMetrics metrics = metrics(new Metrics(
                Map.of(),
                Map.of("gha_min_runners", List.of("name", longest, "x".repeat(65), "y".repeat(200_000))),
                Map.of()));
        assertThat(samples(metrics).keySet()).containsExactly("gha_min_runners{" + longest + "=, name=ers}");
    }

    @Test
    void onlySomeUnknownMetricsAreReported() {
        Map<String, List<String>> unknown = IntStream.range(0, 5000)
                .boxed()
                .collect(Collectors.toMap(i -> i + "x".repeat(200), i -> List.<String>of()));
        List<LogRecord> log = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                log.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(ScaleSetMetrics.class.getName());
        logger.addHandler(handler);
        try {
            metrics(new Metrics(unknown, Map.of(), Map.of()));
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(log)
                .hasSize(11)
                .allSatisfy(record -> assertThat(record.getMessage()).hasSizeLessThan(200));
    }

    /** Each series has all buckets and labels, and others may share the process. */
    @Test
    void bucketsAndLabelsAreBounded() {
        List<Double> buckets =
                IntStream.range(0, 5000).mapToObj(i -> (double) i).toList();
        List<String> labels = IntStream.range(0, 5000).mapToObj(i -> "l" + i).toList();
        ListenerMetrics metrics = metrics(new Metrics(
                Map.of("gha_started_jobs_total", labels),
                Map.of(),
                Map.of("gha_job_startup_duration_seconds", new Histogram(List.of(), buckets))));
        metrics.jobStarted(started("build"));
        assertThat(samples(metrics).keySet())
                .filteredOn(name -> name.startsWith("gha_job_startup_duration_seconds_bucket"))
                .hasSize(101);
        assertThat(samples(metrics).keySet())
                .filteredOn(name -> name.startsWith("gha_started_jobs_total"))
                .singleElement()
                .asString()
                .contains("l31=")
                .doesNotContain("l32=");
    }

    @Test
    void ownMetricsAreServedByDefaultOrWhenListed() {
        ListenerMetrics listed =
                metrics(new Metrics(Map.of("gha_listener_retries_total", List.of()), Map.of(), Map.of()));
        listed.retry(FailureKind.NETWORK);
        listed.apiError("kubernetes", 500);
        assertThat(samples(listed))
                .containsExactly(Map.entry("gha_listener_retries_total{cause=network, name=ers, namespace=ns}", 1.0));

        ListenerMetrics all = metrics(null);
        FakeTiming timing = new FakeTiming();
        ListenerState state = new ListenerState(timing, SessionObserver.NONE);
        all.serve(state);
        state.polled();
        state.listening();
        timing.pass(Duration.ofSeconds(3));
        all.clientMetrics().attempt("poll", 0, Duration.ZERO);
        all.clientMetrics().attempt("poll", 200, Duration.ZERO);
        all.clientMetrics().retry("poll", 429, Duration.ZERO);
        all.scaled(Duration.ofMillis(250));
        assertThat(samples(all))
                .containsEntry("gha_listener_poll_age_seconds{name=ers, namespace=ns}", 3.0)
                .containsEntry("gha_listener_session_state{name=ers, namespace=ns, state=listening}", 1.0)
                .containsEntry("gha_listener_session_state{name=ers, namespace=ns, state=conflict}", 0.0)
                .containsEntry("gha_listener_api_errors_total{api=actions, code=0, name=ers, namespace=ns}", 1.0)
                .containsEntry("gha_listener_retries_total{cause=rate_limit, name=ers, namespace=ns}", 1.0)
                .containsEntry("gha_listener_scale_latency_seconds_sum{name=ers, namespace=ns}", 0.25);
    }

    @Test
    void seriesOfJobsAreBounded() {
        ListenerMetrics metrics = metrics(null);
        for (int i = 0; i < MetricLabels.MAX_COMBINATIONS + 500; i++) {
            metrics.jobStarted(started("job " + i));
        }
        Map<String, Double> started = samples(metrics).entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("gha_started_jobs_total"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(started)
                .hasSize(MetricLabels.MAX_COMBINATIONS + 1)
                .containsEntry(
                        "gha_started_jobs_total{enterprise=, event_name=push, job_name=other, organization=other,"
                                + " repository=other}",
                        500.0);
        metrics.jobStarted(started("job 7"));
        assertThat(samples(metrics))
                .containsEntry(
                        "gha_started_jobs_total{enterprise=, event_name=push, job_name=job 7,"
                                + " organization=job-owner, repository=job-repo}",
                        2.0);
    }

    @Test
    void aRepositoryWithManyJobsHidesNoOther() {
        ListenerMetrics metrics = metrics(null);
        metrics.jobStarted(started("quiet", "early"));
        for (int i = 0; i < 2 * MetricLabels.MAX_COMBINATIONS; i++) {
            metrics.jobStarted(started("noisy", "job " + i));
        }
        metrics.jobStarted(started("quiet", "late"));
        metrics.jobStarted(started("noisy", "one more"));

        assertThat(startedJobs(metrics, "quiet")).containsExactlyInAnyOrder("early", "late");
        assertThat(startedJobs(metrics, "noisy"))
                .hasSize(MetricLabels.MAX_COMBINATIONS - 2)
                .doesNotContain("job 0", "one more");
    }

    @Test
    void unusedSeriesMakeRoom() {
        ListenerMetrics metrics = metrics(null, new SeriesLimit(Integer.MAX_VALUE, nanoTime::get));
        for (int i = 0; i < MetricLabels.MAX_COMBINATIONS; i++) {
            metrics.jobStarted(started("job " + i));
        }
        nanoTime.addAndGet(SeriesLimit.EXPIRY.toNanos() / 2);
        metrics.jobStarted(started("job 7"));
        nanoTime.addAndGet(SeriesLimit.EXPIRY.toNanos() / 2);
        assertThat(samples(metrics).keySet()).anyMatch(name -> name.contains("job_name=job 8,"));

        metrics.jobStarted(started("new"));
        assertThat(startedJobs(metrics, "job-repo")).contains("new").doesNotContain("job 8");
        assertThat(samples(metrics).keySet())
                .anyMatch(name -> name.startsWith("gha_started_jobs_total") && name.contains("job_name=job 7,"))
                .anyMatch(name -> name.startsWith("gha_min_runners"));
    }

    @Test
    void theJobsOfOneListenerLeaveRoomForThoseOfOthersInTheProcess() {
        SeriesLimit limit = new SeriesLimit(100, nanoTime::get);
        ListenerMetrics noisy = metrics(null, limit);
        ListenerMetrics quiet = metrics(null, limit);
        for (int i = 0; i < 200; i++) {
            noisy.jobStarted(started("noisy", "job " + i));
        }
        quiet.jobStarted(started("quiet", "first"));
        quiet.jobStarted(started("quiet", "second"));
        assertThat(startedJobs(quiet, "quiet")).containsExactlyInAnyOrder("first", "second");

        noisy.release();
        for (int i = 0; i < 30; i++) {
            quiet.jobStarted(started("quiet", "job " + i));
        }
        assertThat(startedJobs(quiet, "quiet")).hasSize(32);
    }

    /** The names of jobs that have their own series. */
    private static Set<String> startedJobs(ListenerMetrics metrics, String repository) {
        return samples(metrics).keySet().stream()
                .filter(name -> name.startsWith("gha_started_jobs_total"))
                .filter(name -> name.contains("repository=" + repository + "}"))
                .map(name -> name.replaceAll(".*job_name=([^,]*),.*", "$1"))
                .collect(Collectors.toSet());
    }
}
