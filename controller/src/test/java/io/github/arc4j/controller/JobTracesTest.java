package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.controller.tracing.TracesCollector;
import io.github.arc4j.simulator.JobRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each job has one complete trace at the collector. {@code -Dtraces.jobs=1000} runs more of them. */
class JobTracesTest {
    private static final Duration LIMIT = Duration.ofSeconds(180 + Integer.getInteger("traces.jobs", 0) / 5);
    private static final int JOBS = Integer.getInteger("traces.jobs", 30);
    private static final int MAX_RUNNERS = 200;

    private record Span(String trace, String id, String parent, String name, long start, long end) {}

    private final List<Span> received = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer collector;
    private ControllerFixture fixture;
    private TestListener listener;

    @BeforeEach
    void start() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            authorizations.add(exchange.getRequestHeaders().getFirst("authorization"));
            received.addAll(spans(ByteBuffer.wrap(exchange.getRequestBody().readAllBytes())));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        URI url = URI.create("http://localhost:" + collector.getAddress().getPort());
        TracesCollector traces = new TracesCollector(url, Map.of("authorization", "Bearer of-the-collector"));
        fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> ReconcilerSettingsBuilder.builder(settings)
                        .tracesCollector(Optional.of(traces))
                        .build());
        fixture.createScaleSet("set", spec -> spec.maxRunners(MAX_RUNNERS));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        listener = new TestListener(
                fixture, "set", fixture.github.scaleSets().getFirst().id(), MAX_RUNNERS);
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        fixture.close();
        collector.stop(0);
    }

    @Test
    void eachJobHasACompleteTrace() {
        fixture.github.queueJobs(
                JobRequest.builder("set").duration(Duration.ofHours(1)).build(), JOBS);

        await().atMost(LIMIT).until(() -> {
            finishRecordedJobs();
            return jobs().size() >= JOBS;
        });
        assertThat(jobs()).hasSize(JOBS);
        assertThat(jobs().stream().map(Span::trace)).doesNotHaveDuplicates();
        for (Span job : jobs()) {
            assertThat(received)
                    .filteredOn(span -> span.parent().equals(job.id()))
                    .allSatisfy(step -> {
                        assertThat(step.trace()).isEqualTo(job.trace());
                        assertThat(step.end()).isBetween(step.start(), job.end());
                    })
                    .extracting(Span::name)
                    .contains(
                            "runner.queue",
                            "runner.startup",
                            "runner.registration",
                            "runner.scheduling",
                            "runner.image_pull",
                            "runner.execution",
                            "runner.removal");
        }
        assertThat(authorizations).containsOnly("Bearer of-the-collector");
    }

    /** A job that ends before the listener has recorded it has no trace. */
    private void finishRecordedJobs() {
        Set<String> runners = fixture.runners().stream()
                .filter(runner ->
                        runner.getStatus() != null && runner.getStatus().hasJob())
                .map(runner -> runner.getMetadata().getName())
                .collect(Collectors.toSet());
        fixture.github.jobs().stream()
                .filter(job -> runners.contains(job.runner()))
                .forEach(job -> fixture.github.finishJob(job.id()));
    }

    private List<Span> jobs() {
        return received.stream().filter(span -> span.name().equals("job")).toList();
    }

    /** Reads {@code ExportTraceServiceRequest}: resource spans (1), scope spans (2), spans (2). */
    private static List<Span> spans(ByteBuffer request) {
        List<Span> spans = new ArrayList<>();
        fields(
                request,
                (number, resource) -> fields(resource, 2, scope -> fields(scope, 2, span -> spans.add(span(span)))));
        return spans;
    }

    private static void fields(ByteBuffer message, int wanted, Consumer<ByteBuffer> use) {
        fields(message, (number, value) -> {
            if (number == wanted) {
                use.accept(value);
            }
        });
    }

    private static Span span(ByteBuffer span) {
        Map<Integer, ByteBuffer> fields = new HashMap<>();
        fields(span, fields::putIfAbsent);
        return new Span(
                hex(field(fields, 1)),
                hex(field(fields, 2)),
                hex(field(fields, 4)),
                StandardCharsets.UTF_8.decode(field(fields, 5)).toString(),
                field(fields, 7).getLong(),
                field(fields, 8).getLong());
    }

    private static ByteBuffer field(Map<Integer, ByteBuffer> fields, int number) {
        return fields.getOrDefault(number, ByteBuffer.allocate(0));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }

    /** The fields of a Protocol Buffers message; numbers of variable length have no value. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> use) {
        ByteBuffer in = message.order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long tag = varint(in);
            int length = switch ((int) (tag & 7)) {
                case 0 -> {
                    varint(in);
                    yield 0;
                }
                case 1 -> Long.BYTES;
                case 5 -> Integer.BYTES;
                default -> (int) varint(in);
            };
            use.accept((int) (tag >>> 3), in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN));
            in.position(in.position() + length);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
