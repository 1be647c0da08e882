package io.github.arc4j.listener.shared;

import com.fasterxml.jackson.core.JsonParser;
import io.github.arc4j.actions.loop.FailureBackoff;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.Labels;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.process.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the AutoscalingListeners that are assigned to this process, and passes them to a host, from one thread. */
final class ListenerWatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ListenerWatch.class);

    /**
     * The timeout of a watch, enforced by the API server; it also limits how long a silently dropped connection goes
     * unnoticed.
     */
    private static final Duration WATCH = Duration.ofMinutes(1);

    private static final Duration WATCH_LIMIT = WATCH.plusSeconds(15);
    /** A watch that ends sooner counts as a failure. */
    private static final Duration SHORT_WATCH = Duration.ofSeconds(1);
    /** Longer than any list, watch or pause takes. */
    private static final Duration STEP_LIMIT = Duration.ofMinutes(5);
    /** After failing for this long, a restart is worth trying. */
    private static final Duration FAILURE_LIMIT = Duration.ofMinutes(30);

    private static final int GONE = 410;

    private final KubeClient kube;
    private final String path;
    private final ListenerHost host;
    private final Timing timing;
    private final FailureBackoff backoff = new FailureBackoff();
    /** Null if a list is needed. */
    private volatile @Nullable String version;

    private volatile boolean synced;
    private volatile long stepStart;
    private volatile long lastSuccess;

    ListenerWatch(KubeClient kube, String namespace, int shard, ListenerHost host, Timing timing) {
        this.kube = kube;
        this.path = ApiGroup.PATH + "/namespaces/" + namespace
                + "/autoscalinglisteners?labelSelector="
                + URLEncoder.encode(Labels.LISTENER_SHARD + "=" + shard, StandardCharsets.UTF_8);
        this.host = host;
        this.timing = timing;
        this.stepStart = timing.nanoTime();
        this.lastSuccess = timing.nanoTime();
    }

    /** Whether the host has ever received all listeners. */
    boolean synced() {
        return synced;
    }

    /** A problem that a restart may fix. */
    Optional<String> livenessProblem() {
        if (longer(stepStart, STEP_LIMIT)) {
            return Optional.of("the watch of AutoscalingListeners hangs");
        }
        return longer(lastSuccess, FAILURE_LIMIT)
                ? Optional.of("the watch of AutoscalingListeners has failed for too long")
                : Optional.empty();
    }

    private boolean longer(long since, Duration limit) {
        return timing.nanoTime() - since > limit.toNanos();
    }

    /** Watches until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                stepStart = timing.nanoTime();
                try {
                    step();
                    backoff.reset();
                    lastSuccess = timing.nanoTime();
                } catch (IOException | RuntimeException e) {
                    Duration pause = backoff.next(FailureKind.NETWORK);
                    log.warn(
                            "Cannot watch AutoscalingListeners, retrying in {} ms: {}",
                            pause.toMillis(),
                            String.valueOf(e));
                    timing.sleep(pause);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Stopped by an interrupt");
        }
    }

    private void step() throws IOException, InterruptedException {
        String since = version;
        if (since == null) {
            list();
            return;
        }
        long start = timing.nanoTime();
        FutureTask<@Nullable Void> reading = new FutureTask<>(() -> {
            watch(since);
            return null;
        });
        Thread.ofVirtual().name("watch").start(reading);
        try {
            reading.get(WATCH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new KubeException(0, "the watch did not end in time", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            reading.cancel(true);
        }
        if (version != null && !longer(start, SHORT_WATCH)) {
            throw new KubeException(0, "the watch ended immediately");
        }
    }

    private void list() throws IOException, InterruptedException {
        HttpResponse<InputStream> response = kube.stream(path);
        AssignedListener.Snapshot all;
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new KubeException(
                        response.statusCode(), "list of AutoscalingListeners: HTTP status " + response.statusCode());
            }
            all = AssignedListener.readList(body);
        }
        host.replaced(all.listeners());
        version = all.version();
        synced = true;
    }

    private void watch(String since) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                kube.stream("%s&watch=true&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=%s"
                        .formatted(path, WATCH.toSeconds(), since));
        try (InputStream body = response.body()) {
            check(response.statusCode(), "HTTP status " + response.statusCode());
            lastSuccess = timing.nanoTime();
            try (JsonParser events = Json.parser(body)) {
                while (version != null && !Thread.currentThread().isInterrupted()) {
                    @Nullable Map<String, @Nullable Object> event = Json.readNext(events, AssignedListener.KEYS);
                    if (event == null) {
                        return;
                    }
                    take(event);
                }
            }
        }
    }

    private void take(Map<String, @Nullable Object> event) throws IOException {
        Map<String, @Nullable Object> object = Json.object(event, "object");
        switch (Json.text(event, "type")) {
            case "ADDED", "MODIFIED" -> host.changed(AssignedListener.read(object));
            case "DELETED" -> host.removed(AssignedListener.read(object));
            case "ERROR" ->
                check(object.get("code") instanceof Long code ? code.intValue() : 0, Json.text(object, "message"));
            default -> {
                // a bookmark
            }
        }
        if (version != null) {
            version = AssignedListener.version(object);
        }
    }

    /** Requests a new list if the API server no longer has the resource version. */
    private void check(int status, String message) {
        if (status == GONE) {
            version = null;
        } else if (status != 200) {
            throw new KubeException(status, "watch of AutoscalingListeners: " + message);
        }
    }
}
