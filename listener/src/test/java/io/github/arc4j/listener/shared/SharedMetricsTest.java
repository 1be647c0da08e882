package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.shared.Stage.Running;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.simulator.JobRequest;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The metrics that Prometheus receives from a process with several listeners. */
class SharedMetricsTest {
    private final Stage stage = new Stage();

    @AfterEach
    void stop() {
        stage.close();
    }

    private static List<String> scrape(Running running) throws IOException, InterruptedException {
        URI metrics = URI.create("http://localhost:" + running.process.ports().getFirst() + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<String> series(Running running, String metric) throws IOException, InterruptedException {
        return scrape(running).stream()
                .filter(line -> line.startsWith(metric + "{"))
                .toList();
    }

    /** Runs a job that differs from those of others only by its scale set. */
    private void runJob(String name, int scaleSetId) throws InterruptedException {
        stage.github.queueJob(JobRequest.builder(name)
                .repository("acme/app")
                .displayName("build")
                .build());
        stage.runRunner("acme", scaleSetId, "runner-of-" + name);
    }

    @Test
    void scaleSetsHaveSeriesOfTheirOwnAndNoSeriesComesTwice() throws Exception {
        stage.addScaleSet("one");
        stage.addScaleSet("two");
        Running running = stage.start(0, "pod-a");
        eventually(() ->
                stage.state("one").equals("listening") && stage.state("two").equals("listening"));
        assertThat(series(running, "gha_assigned_jobs"))
                .containsExactlyInAnyOrder(
                        "gha_assigned_jobs{enterprise=\"\",organization=\"acme\",repository=\"one\",name=\"one\",namespace=\"arc-runners\",}"
                                + " 0.0",
                        "gha_assigned_jobs{enterprise=\"\",organization=\"acme\",repository=\"two\",name=\"two\",namespace=\"arc-runners\",}"
                                + " 0.0");
        assertThat(scrape(running).stream().map(line -> line.substring(0, line.lastIndexOf(' '))))
                .doesNotHaveDuplicates();
    }

    @Test
    void aListenerThatIsLetGoLeavesNoGaugesBehind() throws Exception {
        stage.addScaleSet("one");
        stage.addScaleSet("two");
        Running running = stage.start(0, "pod-a");
        eventually(() -> series(running, "gha_desired_runners").size() == 2);
        stage.assign("one", null);
        eventually(() -> series(running, "gha_desired_runners").size() == 1);
        assertThat(scrape(running)).noneMatch(line -> line.contains("name=\"one\""));
    }

    @Test
    void jobsOfSeveralScaleSetsThatLookAlikeAreAddedUpAndNeverDecrease() throws Exception {
        int one = stage.addScaleSet("one", "acme").build().runnerScaleSetId();
        int two = stage.addScaleSet("two", "acme").build().runnerScaleSetId();
        Running running = stage.start(0, "pod-a");
        eventually(() -> stage.github.sessions().size() == 2);
        runJob("one", one);
        runJob("two", two);
        List<String> sum = List.of("gha_completed_jobs_total{enterprise=\"\",organization=\"acme\",repository=\"app\","
                + "job_name=\"build\",event_name=\"push\",job_result=\"succeeded\",} 2.0");
        eventually(() -> series(running, "gha_completed_jobs_total").equals(sum));
        stage.assign("one", null);
        eventually(() -> stage.state("one").equals("stopped"));
        assertThat(series(running, "gha_completed_jobs_total")).isEqualTo(sum);
        assertThat(series(running, "gha_job_execution_duration_seconds_count"))
                .singleElement()
                .asString()
                .endsWith(" 2.0");
    }

    @Test
    void aChangedConfigurationDoesNotTakeBackWhatWasCounted() throws Exception {
        ListenerConfigBuilder config = stage.addScaleSet("one", "acme");
        int id = config.build().runnerScaleSetId();
        Running running = stage.start(0, "pod-a");
        eventually(() -> stage.github.sessions().size() == 1);
        runJob("one", id);
        eventually(() -> series(running, "gha_completed_jobs_total").size() == 1);
        stage.configure("one", config.minRunners(3).maxRunners(10).build(), "2");
        eventually(() -> series(running, "gha_min_runners").getFirst().endsWith(" 3.0"));
        assertThat(series(running, "gha_completed_jobs_total")).hasSize(1);
        assertThat(series(running, "gha_listener_messages_total")).isNotEmpty();
    }

    /** A tenant may change a scale set any number of times, and a server of that tenant name any jobs. */
    @Test
    void whatRemovedListenersCountedDoesNotGrowWithoutEnd() {
        SharedMetrics metrics = new SharedMetrics();
        for (int i = 0; i < 20; i++) {
            ListenerConfig config = ListenerConfig.builder()
                    .configureUrl("https://github.com/acme")
                    .ephemeralRunnerSetNamespace("tenant")
                    .ephemeralRunnerSetName("set")
                    .metrics(histogram(i))
                    .build();
            ListenerMetrics listener = metrics.join("uid", config, ConfigUrl.parse(config.configureUrl()));
            for (int job = 0; job < 100; job++) {
                listener.jobStarted(started("job " + i + " " + job));
            }
            listener.jobStarted(started("the same"));
            metrics.leave("uid");
        }

        List<MetricFamilySamples.Sample> samples = metrics.collect().stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> !sample.name.endsWith("_created"))
                .toList();
        assertThat(samples.stream().filter(sample -> sample.name.endsWith("_count")))
                .hasSize(1000);
        assertThat(samples).hasSizeLessThan(1000 * 104);
    }

    /** The samples of all families at once do not fit into a small heap. */
    @Test
    void aFamilyIsMergedOnlyWhenItIsRead() {
        SharedMetrics metrics = new SharedMetrics();
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme")
                .ephemeralRunnerSetNamespace("tenant")
                .ephemeralRunnerSetName("set")
                .build();
        ListenerMetrics listener = metrics.join("uid", config, ConfigUrl.parse(config.configureUrl()));
        List<MetricFamilySamples> families = metrics.collect();
        listener.jobStarted(started("build"));
        metrics.leave("uid");

        assertThat(families)
                .filteredOn(family -> family.name.equals("gha_started_jobs"))
                .flatExtracting(family -> family.samples)
                .filteredOn(sample -> sample.name.equals("gha_started_jobs_total"))
                .singleElement()
                .satisfies(sample -> assertThat(sample.value).isEqualTo(1));
        assertThat(families)
                .filteredOn(family -> family.name.equals("gha_max_runners"))
                .singleElement()
                .satisfies(family -> assertThat(family.samples).isEmpty());
    }

    private static Metrics histogram(int shape) {
        List<Double> buckets =
                IntStream.range(0, 100).mapToObj(i -> shape + i / 100.0).toList();
        return new Metrics(
                Map.of(),
                Map.of(),
                Map.of("gha_job_startup_duration_seconds", new Histogram(List.of("job_name"), buckets)));
    }

    private static JobStarted started(String job) {
        Instant assigned = Instant.parse("2026-01-01T00:00:00Z");
        JobInfo info = new JobInfo(
                "JobStarted",
                1,
                "app",
                "acme",
                "id",
                "",
                job,
                1,
                "push",
                List.of(),
                null,
                assigned,
                assigned.plusSeconds(1),
                null);
        return new JobStarted(info, 1, "runner");
    }
}
