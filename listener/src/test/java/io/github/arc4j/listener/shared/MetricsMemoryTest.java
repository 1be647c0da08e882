package io.github.arc4j.listener.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.github.arc4j.process.http.HttpCall;
import io.github.arc4j.process.http.HttpReply;
import io.github.arc4j.process.http.MetricsHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the metrics of many tenants take of the memory of a shared listener, whose heap has 128 MiB or more. */
class MetricsMemoryTest {
    @ParameterizedTest
    @ValueSource(ints = {45, 100})
    void allSeriesOfAHistogramFitIntoASmallHeap(int buckets) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Tenants.class.getName(),
                        Integer.toString(buckets)))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    /** The program: 40 scale sets with 200 jobs each, whose metrics are requested. */
    static final class Tenants {
        private static final String LONG = "x".repeat(150);

        public static void main(String[] arguments) throws IOException {
            SharedMetrics metrics = new SharedMetrics();
            List<Double> buckets = DoubleStream.iterate(1, bound -> bound + 1)
                    .limit(Integer.parseInt(arguments[0]))
                    .boxed()
                    .toList();
            for (int set = 0; set < 40; set++) {
                ListenerConfig config = ListenerConfig.builder()
                        .configureUrl("https://github.com/acme")
                        .ephemeralRunnerSetNamespace("tenant")
                        .ephemeralRunnerSetName("set")
                        .metrics(new Metrics(
                                Map.of(),
                                Map.of(),
                                Map.of(
                                        "gha_job_execution_duration_seconds",
                                        new Histogram(List.of("repository", "job_name"), buckets))))
                        .build();
                ListenerMetrics listener = metrics.join("uid" + set, config, ConfigUrl.parse(config.configureUrl()));
                for (int job = 0; job < 200; job++) {
                    listener.jobCompleted(completed("r" + set, "job " + job + LONG, job));
                }
            }
            HttpReply reply = new MetricsHandler(metrics.registry())
                    .handle(new HttpCall(
                            "GET", "/metrics", "", "HTTP/1.1", Map.of("accept-encoding", "gzip"), () -> false));
            reply.body().writeTo(OutputStream.nullOutputStream());
        }

        private static JobCompleted completed(String repository, String job, int seconds) {
            Instant start = Instant.parse("2026-01-01T00:00:00Z");
            JobInfo info = new JobInfo(
                    "x",
                    1,
                    repository,
                    "acme",
                    "id",
                    "",
                    job,
                    1,
                    "push",
                    List.of(),
                    null,
                    start,
                    start,
                    start.plusSeconds(seconds));
            return new JobCompleted(info, "succeeded", 1, "runner");
        }
    }
}
