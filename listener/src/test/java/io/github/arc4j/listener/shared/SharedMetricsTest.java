package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.shared.Stage.Running;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.simulator.JobRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics that Prometheus receives from a process with several listeners. */
@Timeout(60)
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
}
