package io.github.arc4j.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.process.http.HealthHandler;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.leader.LeaderElection;
import io.github.arc4j.runtime.metrics.LeaderMetrics;
import io.github.arc4j.runtime.watch.Reflector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the controllers of a process: serves probes and metrics, fills the caches, waits to become the leader, starts
 * the controllers, and stops everything in order.
 *
 * <p>A standby keeps its caches up to date and is ready, so it can take over immediately.
 */
public final class Manager {
    private static final Logger log = LoggerFactory.getLogger(Manager.class);
    private static final Duration INTERRUPT_TIMEOUT = Duration.ofMillis(500);

    private final KubernetesApi api;
    private final ManagerSettings settings;
    private final HttpHandler metricsHandler;
    private final LeaderMetrics leaderMetrics;
    private final @Nullable LeaderElection election;

    private final List<Reflector<?>> reflectors = new ArrayList<>();
    private final List<Controller> controllers = new ArrayList<>();
    private final List<Supplier<Optional<String>>> readiness = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closedAtEnd = new ArrayList<>();
    private final Map<ListenAddress, Map<String, HttpHandler>> served = new LinkedHashMap<>();
    private final List<HttpEndpoint> endpoints = new ArrayList<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private volatile boolean ready;

    /** Why the manager stops. */
    private enum Outcome {
        STOPPED,
        FAILED,
        LEASE_LOST
    }

    /**
     * @param metricsHandler serves {@code /metrics}
     * @param election null without leader election
     */
    public Manager(
            KubernetesApi api,
            ManagerSettings settings,
            HttpHandler metricsHandler,
            LeaderMetrics leaderMetrics,
            @Nullable LeaderElection election) {
        this.api = api;
        this.settings = settings;
        this.metricsHandler = metricsHandler;
        this.leaderMetrics = leaderMetrics;
        this.election = election;
    }

    /**
     * Feeds a cache from watches.
     *
     * @param namespaces the namespaces to watch; empty for all
     */
    public <T extends HasMetadata> ResourceCache<T> feed(ResourceCache<T> cache, Collection<String> namespaces) {
        if (namespaces.isEmpty()) {
            reflectors.add(new Reflector<>(api, cache, null));
        }
        namespaces.forEach(namespace -> reflectors.add(new Reflector<>(api, cache, namespace)));
        return cache;
    }

    /** The controller runs while the process is the leader. */
    public void add(Controller controller) {
        controllers.add(controller);
    }

    /**
     * Makes the process unready while there is a problem.
     *
     * @param problem called at each probe, must not block; empty if there is no problem
     */
    public void readyUnless(Supplier<Optional<String>> problem) {
        readiness.add(problem);
    }

    /** Serves paths in addition to those of probes and metrics, whether or not the process is the leader. */
    public void serve(ListenAddress address, Map<String, HttpHandler> handlers) {
        served.put(address, handlers);
    }

    /** Closes a resource after the controllers have stopped. */
    public void closeAtEnd(AutoCloseable resource) {
        closedAtEnd.add(resource);
    }

    /**
     * Runs until {@link #stop} is called or a failure requires a new process.
     *
     * @return exit code of the process: 0 if it was stopped, 1 if the start failed or the lease was lost
     */
    public int run() throws InterruptedException {
        Thread startup = Thread.ofVirtual().name("startup").start(this::startUp);
        Outcome why = outcome.join();
        startup.interrupt();
        startup.join();
        shutDown(why);
        int exitCode = why == Outcome.STOPPED ? 0 : 1;
        ended.complete(exitCode);
        return exitCode;
    }

    /**
     * Makes {@link #run} stop everything and return. Returns immediately; may be called from any thread, repeatedly.
     */
    public void stop() {
        outcome.complete(Outcome.STOPPED);
    }

    /**
     * Waits until {@link #run} has stopped everything.
     *
     * @return the result of {@link #run}, or 1 if the timeout elapses
     */
    public int awaitEnd(Duration timeout) {
        try {
            return ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn("Not everything has stopped within {}", timeout);
        } catch (InterruptedException | ExecutionException e) {
            log.warn("Stopping was interrupted", e);
        }
        return 1;
    }

    private void startUp() {
        try {
            startServing(settings.health(), HealthHandler.probes(Optional::empty, this::whyNotReady));
            startServing(settings.metrics(), Map.of("/metrics", metricsHandler));
            for (Map.Entry<ListenAddress, Map<String, HttpHandler>> endpoint : served.entrySet()) {
                startServing(endpoint.getKey(), endpoint.getValue());
            }
            reflectors.forEach(Reflector::start);
            if (!awaitSynced()) {
                outcome.complete(Outcome.FAILED);
                return;
            }
            ready = true;
            if (election != null) {
                leaderMetrics.leading(election.lease(), false);
                election.acquire();
                leaderMetrics.leading(election.lease(), true);
                election.hold(() -> outcome.complete(Outcome.LEASE_LOST));
            }
            for (Controller controller : controllers) {
                controller.start();
                log.info("Started controller {}", controller.name());
            }
        } catch (InterruptedException e) {
            log.info("Stopped before the start was complete");
        } catch (IOException | RuntimeException e) {
            log.error("Cannot start", e);
            outcome.complete(Outcome.FAILED);
        }
    }

    private Optional<String> whyNotReady() {
        if (!ready) {
            return Optional.of("caches are not synced");
        }
        return reflectors.stream()
                .filter(reflector -> reflector.silence().compareTo(settings.longestSilence()) > 0)
                .findFirst()
                .map(reflector -> "the API server has sent nothing about %s for %d s"
                        .formatted(reflector, reflector.silence().toSeconds()))
                .or(() -> readiness.stream()
                        .flatMap(problem -> problem.get().stream())
                        .findFirst());
    }

    private void startServing(@Nullable ListenAddress address, Map<String, HttpHandler> handlers) throws IOException {
        if (address == null) {
            return;
        }
        HttpEndpoint endpoint = HttpEndpoint.start(address, handlers);
        endpoints.add(endpoint);
        log.info("Serving {} on port {}", handlers.keySet(), endpoint.port());
    }

    private boolean awaitSynced() throws InterruptedException {
        long deadline = System.nanoTime() + settings.syncTimeout().toNanos();
        for (Reflector<?> reflector : reflectors) {
            if (!reflector.awaitSynced(Duration.ofNanos(deadline - System.nanoTime()))) {
                log.error("The cache of {} did not sync within {}", reflector, settings.syncTimeout());
                return false;
            }
        }
        return true;
    }

    private void shutDown(Outcome why) throws InterruptedException {
        ready = false;
        log.info("Stopping: {}", why);
        controllers.forEach(Controller::stop);
        // Without the Lease, another process may already be the leader.
        boolean idle = awaitIdle(why == Outcome.LEASE_LOST ? Duration.ZERO : settings.grace());
        if (!idle) {
            controllers.forEach(Controller::interrupt);
            idle = awaitIdle(INTERRUPT_TIMEOUT);
        }
        if (election != null) {
            leaderMetrics.leading(election.lease(), false);
            if (idle && why != Outcome.LEASE_LOST) {
                election.release();
            }
        }
        for (AutoCloseable resource : closedAtEnd) {
            try {
                resource.close();
            } catch (Exception e) {
                log.warn("Closing {} failed", resource, e);
            }
        }
        reflectors.forEach(Reflector::close);
        endpoints.forEach(HttpEndpoint::close);
        log.info("Stopped");
    }

    private boolean awaitIdle(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean idle = true;
        for (Controller controller : controllers) {
            idle &= controller.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        return idle;
    }
}
