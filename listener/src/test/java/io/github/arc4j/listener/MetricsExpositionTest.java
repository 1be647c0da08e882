package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.ListenerState;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.http.MetricsHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics that Prometheus receives. {@code -Dgolden.update=true} writes the expected text. */
class MetricsExpositionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/metrics.txt");

    private final FakeTiming timing = new FakeTiming();
    private final ListenerConfig config = RunningListener.config(1, 5);
    private final ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
    private HttpEndpoint endpoint;

    @BeforeEach
    void serve() throws IOException {
        endpoint = HttpEndpoint.start(
                ListenAddress.parse("127.0.0.1:0"),
                Map.of("/metrics", MetricsHandler.countingErrors(metrics.registry())));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private String scrape() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }
    }

    /** Sorts families by name, because the registry does not keep them in order. */
    private static String sorted(String text) {
        return List.of(text.split("(?=# HELP )")).stream().sorted().collect(Collectors.joining());
    }

    @Test
    void everyMetricWithItsLabelsBucketsAndHelp() throws Exception {
        ListenerState state = new ListenerState(timing, SessionObserver.NONE);
        metrics.serve(state);
        state.polled();
        state.listening();
        timing.pass(Duration.ofSeconds(3));
        metrics.statistics(new Statistics(1, 2, 3, 4, 5, 6, 7));
        metrics.desired(4);
        metrics.jobStarted(Jobs.started(1, "runner-1"));
        metrics.jobCompleted(Jobs.completed(1, "runner-1"));
        metrics.message("handled");
        metrics.retry(FailureKind.NETWORK);
        metrics.apiError("actions", 503);
        metrics.scaled(Duration.ofMillis(20));
        String text = sorted(scrape());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, text);
        }
        assertThat(text).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void namesOfJobsWithoutEndFillNeitherTheHeapNorPrometheus() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            String name = "job " + i;
            metrics.jobStarted(Jobs.started(i, "runner", name));
            metrics.jobCompleted(Jobs.completed(i, "runner", name));
        }
        String text = scrape();
        assertThat(text.lines().count()).isLessThan(25_000);
        assertThat(text).contains("job_name=\"other\"");
    }
}
