package io.github.arc4j.process.http;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves a registry to Prometheus. As in the Go system, the format is always the text format, whatever the scraper
 * prefers: Prometheus prefers OpenMetrics, which would format bounds as {@code le="1.0"} and thus change the identity of
 * series.
 *
 * <p>Anyone who can reach the port can request metrics, and read the response slowly or not at all. Therefore all
 * requests within a second share a snapshot. This time doubles with each snapshot that a client is still reading, up to
 * 32 seconds, so that slow clients do not keep one for each second.
 */
public final class MetricsHandler implements HttpHandler {
    private static final Duration SHARED_FOR = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 5;
    private static final int PART = 8192;
    private static final byte[] NONE = {};

    /**
     * The compressed text, or why there is none, and when it was complete, so that slow collectors do not run all the
     * time.
     */
    record Snapshot(byte[] compressed, @Nullable Throwable failure, long nanoTime) {}

    private final CollectorRegistry registry;
    private final @Nullable Counter errors;
    private final LongSupplier nanoTime;
    /** Held by the request that collects. */
    private final Lock collecting = new ReentrantLock(true);

    private final AtomicReference<@Nullable Snapshot> latest = new AtomicReference<>();
    /** How many clients are reading each snapshot. */
    private final Map<Snapshot, Integer> clients = new ConcurrentHashMap<>();

    public MetricsHandler(CollectorRegistry registry) {
        this(registry, null, System::nanoTime);
    }

    MetricsHandler(CollectorRegistry registry, @Nullable Counter errors, LongSupplier nanoTime) {
        this.registry = registry;
        this.errors = errors;
        this.nanoTime = nanoTime;
    }

    /** Also counts its own errors in the registry, under the names that Go's handler uses. */
    public static MetricsHandler countingErrors(CollectorRegistry registry) {
        Counter errors = Counter.build()
                .name("promhttp_metric_handler_errors_total")
                .help("Total number of internal errors encountered by the promhttp metric handler.")
                .labelNames("cause")
                .register(registry);
        errors.labels("gathering");
        errors.labels("encoding");
        return new MetricsHandler(registry, errors, System::nanoTime);
    }

    @Override
    public HttpReply handle(HttpCall call) {
        Snapshot snapshot = snapshot(call);
        if (snapshot == null) {
            return HttpReply.text(503, "the connection was closed");
        }
        boolean gzip = call.acceptsGzip();
        return HttpReply.stream(
                HttpReply.headersOf(TextFormat.CONTENT_TYPE_004, gzip), out -> write(snapshot, gzip, out));
    }

    private void write(Snapshot snapshot, boolean gzip, OutputStream out) throws IOException {
        clients.merge(snapshot, 1, Integer::sum);
        try {
            if (gzip) {
                out.write(snapshot.compressed());
            } else {
                decompress(snapshot.compressed(), out);
            }
        } catch (IOException e) {
            if (errors != null) {
                errors.labels("encoding").inc();
            }
            throw e;
        } finally {
            clients.computeIfPresent(snapshot, (key, number) -> number == 1 ? null : number - 1);
        }
    }

    private static void decompress(byte[] compressed, OutputStream out) throws IOException {
        try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] part = new byte[PART];
            for (int count = text.read(part); count > 0; count = text.read(part)) {
                out.write(part, 0, count);
                // Quick clients would occupy all threads that run virtual threads.
                Thread.yield();
            }
        }
    }

    /** Returns a current snapshot; null if nobody waits for it any longer and it would have to be collected. */
    @Nullable Snapshot snapshot(HttpCall call) {
        collecting.lock();
        try {
            Snapshot snapshot = latest.get();
            if (snapshot == null || remaining(snapshot) <= 0) {
                if (call.isAbandoned()) {
                    return null;
                }
                snapshot = collect();
                latest.set(snapshot);
                Snapshot shared = snapshot;
                Thread.startVirtualThread(() -> forgetOnceStale(shared));
            }
            if (snapshot.failure() != null) {
                throw new IllegalStateException("Cannot collect metrics", snapshot.failure());
            }
            return snapshot;
        } finally {
            collecting.unlock();
        }
    }

    private long remaining(Snapshot snapshot) {
        long sharedFor = SHARED_FOR.toNanos() << Math.min(clients.size(), MAX_DOUBLINGS);
        return snapshot.nanoTime() + sharedFor - nanoTime.getAsLong();
    }

    /** Collects on a platform thread: collectors may compute for a long time, and virtual threads would have to wait for them. */
    private Snapshot collect() {
        FutureTask<byte[]> collection = new FutureTask<>(() -> MetricsText.compressed(registry));
        Thread.ofPlatform().daemon().name("metrics").start(collection);
        try {
            return new Snapshot(collection.get(), null, nanoTime.getAsLong());
        } catch (ExecutionException e) {
            return new Snapshot(NONE, e.getCause(), nanoTime.getAsLong());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void forgetOnceStale(Snapshot snapshot) {
        try {
            for (long left = remaining(snapshot); left > 0; left = remaining(snapshot)) {
                Thread.sleep(Duration.ofNanos(left));
            }
            latest.compareAndSet(snapshot, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
