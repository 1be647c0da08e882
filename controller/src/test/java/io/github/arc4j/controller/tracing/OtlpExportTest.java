package io.github.arc4j.controller.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the collector receives. */
class OtlpExportTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final int LONGEST = 1024;

    private final CompletableFuture<String> received = new CompletableFuture<>();
    private HttpServer collector;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            received.complete(new String(body, StandardCharsets.ISO_8859_1));
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    void textsOfUsersAreTruncated() throws Exception {
        URI url = URI.create("http://localhost:" + collector.getAddress().getPort());
        try (OtlpExport export = new OtlpExport(new TracesCollector(url, Map.of()), "1.0")) {
            export.send(new JobTrace(
                    TraceIds.of(1, "2"),
                    new JobTrace.Span("job", TIME, TIME.plusSeconds(1)),
                    List.of(),
                    Map.of("cicd.pipeline.task.name", "n".repeat(100_000)),
                    "e".repeat(100_000)));
        }
        assertThat(received.get(20, TimeUnit.SECONDS))
                .contains("cicd.pipeline.task.name", "n".repeat(LONGEST - 3) + "...", "e".repeat(LONGEST - 3) + "...")
                .hasSizeLessThan(3 * LONGEST);
    }
}
