package io.github.arc4j.controller.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.arc4j.controller.console.model.ConsoleModel;
import io.github.arc4j.controller.console.model.Fleet;
import io.github.arc4j.controller.console.model.JobRow;
import io.github.arc4j.controller.console.model.ScaleSetRow;
import io.github.arc4j.controller.console.model.Waits;
import io.github.arc4j.process.http.HttpCall;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.HttpReply;
import io.github.arc4j.runtime.cache.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the data of the console as server-sent events: first everything, then the changes, at most once per second.
 * Each browser has its own virtual thread, so a slow one does not delay others; it receives the changes of a longer
 * period in one event.
 *
 * <p>Events: {@code fleet} and {@code jobs} (both {@link Delta}) and {@code waits} ({@link Waits.Series}).
 */
final class EventStream implements HttpHandler {
    /** Browser windows that can be connected at a time. */
    static final int MAX_STREAMS = 16;

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /**
     * After this many intervals without changes, a comment is sent: only a failed write reveals that a browser has
     * disconnected.
     */
    private static final int MAX_SILENT_INTERVALS = 10;
    /** The waiting times are larger than other events. */
    private static final int INTERVALS_BETWEEN_SERIES = 5;

    private static final String PAUSE_BEFORE_RECONNECT = "retry: 2000\n\n";

    private final ConsoleModel model;
    private final JsonMapper json;
    private final Duration interval;
    private final Semaphore free = new Semaphore(MAX_STREAMS);

    EventStream(ConsoleModel model, JsonMapper json) {
        this(model, json, INTERVAL);
    }

    EventStream(ConsoleModel model, JsonMapper json, Duration interval) {
        this.model = model;
        this.json = json;
        this.interval = interval;
    }

    /**
     * The changes since the previous event.
     *
     * @param time when it was read, in milliseconds since 1970
     * @param version the controller's version; only with {@code isComplete}
     * @param isComplete whether this is everything
     * @param changed rows that are new or different
     * @param removed keys of deleted rows
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Delta<T>(long time, String version, boolean isComplete, List<T> changed, List<String> removed) {
        static <T> Delta<T> between(
                Map<String, T> before, Map<String, T> after, long time, boolean isComplete, String version) {
            return new Delta<>(
                    time,
                    isComplete ? version : "",
                    isComplete,
                    after.entrySet().stream()
                            .filter(row -> !row.getValue().equals(before.get(row.getKey())))
                            .map(Map.Entry::getValue)
                            .toList(),
                    before.keySet().stream()
                            .filter(key -> !after.containsKey(key))
                            .toList());
        }

        boolean isEmpty() {
            return !isComplete && changed.isEmpty() && removed.isEmpty();
        }
    }

    @Override
    public HttpReply handle(HttpCall call) {
        if (free.availablePermits() == 0) {
            return HttpReply.text(503, MAX_STREAMS + " browser windows are connected; close one of them");
        }
        boolean gzip = call.acceptsGzip();
        Request scaleSet = scaleSet(call);
        return HttpReply.endless(
                HttpReply.headersOf("text/event-stream", gzip),
                out -> write(scaleSet, gzip ? new GZIPOutputStream(out, true) : out));
    }

    /** The scale set that a parameter such as {@code set=namespace/name} selects; null for all. */
    static @Nullable Request scaleSet(HttpCall call) {
        String key = call.parameter("set");
        int slash = key.indexOf('/');
        return slash < 0 ? null : new Request(key.substring(0, slash), key.substring(slash + 1));
    }

    private void write(@Nullable Request scaleSet, OutputStream out) throws IOException {
        if (!free.tryAcquire()) {
            return; // the browser tries again
        }
        try {
            out.write(PAUSE_BEFORE_RECONNECT.getBytes(StandardCharsets.UTF_8));
            Stream stream = new Stream(scaleSet, out);
            while (true) {
                stream.next();
                out.flush();
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
    }

    /** What was sent to one browser. */
    private final class Stream {
        private final @Nullable Request scaleSet;
        private final OutputStream out;
        private @Nullable Map<String, ScaleSetRow> fleet;
        private @Nullable Map<String, JobRow> jobs;
        private int waitsVersion = -1;
        private int silent;
        private int sinceSeries = INTERVALS_BETWEEN_SERIES;

        Stream(@Nullable Request scaleSet, OutputStream out) {
            this.scaleSet = scaleSet;
            this.out = out;
        }

        void next() throws IOException {
            silent++;
            Fleet latest = model.fleet();
            Map<String, ScaleSetRow> newFleet = byKey(latest.scaleSets(), ScaleSetRow::key);
            fleet = sendChanges("fleet", fleet, newFleet, latest);
            jobs = sendChanges("jobs", jobs, byKey(model.jobs(scaleSet), JobRow::id), latest);
            int version = model.waitsVersion(scaleSet);
            if (++sinceSeries > INTERVALS_BETWEEN_SERIES && version != waitsVersion) {
                send("waits", model.waits(scaleSet));
                waitsVersion = version;
                sinceSeries = 0;
            }
            if (silent >= MAX_SILENT_INTERVALS) {
                out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
                silent = 0;
            }
        }

        private <T> Map<String, T> sendChanges(
                String event, @Nullable Map<String, T> before, Map<String, T> after, Fleet latest) throws IOException {
            Delta<T> delta = Delta.between(
                    before == null ? Map.of() : before, after, latest.time(), before == null, latest.version());
            if (!delta.isEmpty()) {
                send(event, delta);
            }
            return after;
        }

        private void send(String event, Object data) throws IOException {
            out.write(("event: " + event + "\ndata: " + json.writeValueAsString(data) + "\n\n")
                    .getBytes(StandardCharsets.UTF_8));
            silent = 0;
        }
    }

    private static <T> Map<String, T> byKey(List<T> rows, Function<T, String> key) {
        return rows.stream().collect(Collectors.toMap(key, row -> row, (first, second) -> first, LinkedHashMap::new));
    }
}
