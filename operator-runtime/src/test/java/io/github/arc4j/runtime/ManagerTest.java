package io.github.arc4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.http.MetricsHandler;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.leader.LeaderElection;
import io.github.arc4j.runtime.leader.LeaseTiming;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ManagerTest {
    /** A leader keeps its lease also when the machine stalls for a few seconds. */
    private static final LeaseTiming TIMING =
            new LeaseTiming(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofMillis(100));

    private final TestKube kube = new TestKube();
    private final List<Running> all = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Running running : all) {
            running.manager.stop();
            running.exitCode.get(20, TimeUnit.SECONDS);
        }
        kube.close();
    }

    /** A manager with one controller of config maps, running. */
    private final class Running {
        final CollectorRegistry registry = new CollectorRegistry();
        final Set<String> reconciled = ConcurrentHashMap.newKeySet();
        final int port = freePort();
        final Manager manager;
        final FutureTask<Integer> exitCode;
        final AtomicBoolean closed = new AtomicBoolean();

        Running(String identity, Duration syncTimeout, Duration grace, Reconciler reconciler) throws IOException {
            this(identity, syncTimeout, Duration.ofMinutes(6), grace, reconciler);
        }

        Running(String identity, Duration syncTimeout, Duration longestSilence, Duration grace, Reconciler reconciler)
                throws IOException {
            RuntimeMetrics metrics = RuntimeMetrics.register(registry);
            LeaderElection election = identity == null
                    ? null
                    : new LeaderElection(
                            kube.api.client(),
                            "default",
                            "the-lease",
                            identity,
                            TIMING,
                            (object, type, reason, message) -> {});
            ListenAddress address = new ListenAddress("127.0.0.1", port);
            manager = new Manager(
                    kube.api,
                    new ManagerSettings(new ListenAddress("127.0.0.1", 0), address, syncTimeout, longestSilence, grace),
                    new MetricsHandler(registry),
                    metrics.leader(),
                    election);
            ResourceCache<ConfigMap> cache = manager.feed(new ResourceCache<>(ConfigMap.class), Set.of());
            manager.add(Controller.builder("configmap", request -> {
                        reconciled.add(request.name());
                        return reconciler.reconcile(request);
                    })
                    .on(EventSource.self(cache))
                    .build(metrics));
            manager.closeAtEnd(() -> closed.set(true));
            exitCode = new FutureTask<>(manager::run);
            Thread.startVirtualThread(exitCode);
            all.add(this);
        }

        int probe(String path) throws Exception {
            try (HttpClient http = HttpClient.newHttpClient()) {
                return http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            } catch (IOException e) {
                return 0;
            }
        }

        Double leads() {
            return registry.getSampleValue(
                    "leader_election_master_status", new String[] {"name"}, new String[] {"the-lease"});
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Running run(String identity, Reconciler reconciler) throws IOException {
        return new Running(identity, Duration.ofSeconds(20), Duration.ofSeconds(5), reconciler);
    }

    private Running run(String identity) throws IOException {
        return run(identity, request -> Result.done());
    }

    @Test
    void reconcilesIsReadyAndStopsWithCodeZero() throws Exception {
        kube.create("old", "1");
        Running running = run(null);
        await().untilAsserted(() -> assertThat(running.reconciled).contains("old"));
        kube.create("new", "1");
        await().untilAsserted(() -> assertThat(running.reconciled).contains("new"));
        assertThat(running.probe("/healthz")).isEqualTo(200);
        assertThat(running.probe("/readyz")).isEqualTo(200);
        running.manager.stop();
        assertThat(running.exitCode.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(running.manager.awaitEnd(Duration.ofSeconds(1))).isZero();
        assertThat(running.closed).isTrue();
        assertThat(running.probe("/healthz")).isZero();
    }

    @Test
    void isAliveButNotReadyUntilTheCachesAreSynced() throws Exception {
        var fault = kube.server
                .faults()
                .inject(Fault.on("list", "configmaps").always().answer(503));
        Running running = run(null);
        await().until(() -> fault.strikes() > 0);
        assertThat(running.probe("/healthz")).isEqualTo(200);
        assertThat(running.probe("/readyz")).isEqualTo(503);
        fault.close();
        await().until(() -> running.probe("/readyz") == 200);
    }

    @Test
    void isNotReadyWhileTheApiServerIsSilent() throws Exception {
        Running running = new Running(
                null, Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofSeconds(5), request -> Result.done());
        kube.create("a", "1");
        await().until(() -> isReadyAfterAChange(running));
        await().until(() -> running.probe("/readyz") == 503);
        assertThat(running.probe("/healthz")).isEqualTo(200);
        assertThat(kube.registry.getSampleValue(
                        "gha_controller_watch_silence_seconds", new String[] {"resource"}, new String[] {"configmaps"}))
                .isGreaterThan(1);
        await().until(() -> isReadyAfterAChange(running));
    }

    /** Makes a new change each time: when the machine stalls, earlier ones may already be too old. */
    private boolean isReadyAfterAChange(Running running) throws Exception {
        kube.update("a", Long.toString(System.nanoTime()));
        return running.probe("/readyz") == 200;
    }

    @Test
    void isNotReadyWhileAComponentHasAProblem() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        Running running = run(null);
        running.manager.readyUnless(() -> broken.get() ? Optional.of("broken") : Optional.empty());
        await().until(() -> running.probe("/readyz") == 200);
        broken.set(true);
        assertThat(running.probe("/readyz")).isEqualTo(503);
        assertThat(running.probe("/healthz")).isEqualTo(200);
    }

    @Test
    void cachesThatDoNotSyncEndTheProcess() throws Exception {
        kube.server.faults().inject(Fault.on("list", "configmaps").always().answer(403));
        Running running = new Running(null, Duration.ofMillis(300), Duration.ofSeconds(5), request -> Result.done());
        assertThat(running.exitCode.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void aPortInUseEndsTheProcess() throws Exception {
        Running first = run(null);
        await().until(() -> first.probe("/readyz") == 200);
        Manager second = new Manager(
                kube.api,
                ManagerSettings.of(null, new ListenAddress("127.0.0.1", first.port)),
                new MetricsHandler(new CollectorRegistry()),
                RuntimeMetrics.register(new CollectorRegistry()).leader(),
                null);
        assertThat(second.run()).isEqualTo(1);
    }

    @Test
    void aReadyStandbyTakesOverWhenTheLeaderStops() throws Exception {
        Running leader = run("leader");
        await().until(() -> Double.valueOf(1).equals(leader.leads()));
        Running standby = run("standby");
        await().until(() -> standby.probe("/readyz") == 200);
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(leader.reconciled).contains("a"));
        await().until(() -> Double.valueOf(0).equals(standby.leads())); // told after it is ready
        assertThat(standby.reconciled).isEmpty();
        leader.manager.stop();
        assertThat(leader.exitCode.get(10, TimeUnit.SECONDS)).isZero();
        await().untilAsserted(() -> assertThat(standby.reconciled).contains("a"));
        assertThat(standby.leads()).isEqualTo(1);
    }

    @Test
    void aLostLeaseEndsTheProcessAndItsReconciles() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Running leader = run("leader", request -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Result.done();
        });
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(leader.reconciled).contains("a"));
        kube.stealLease("the-lease");
        assertThat(leader.exitCode.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(leader.leads()).isZero();
    }

    @Test
    void aStopWaitsForReconcilesAndThenReleasesTheLease() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Running leader = run("leader", request -> {
            go.await();
            ended.set(true);
            return Result.done();
        });
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(leader.reconciled).contains("a"));
        leader.manager.stop();
        await().until(() -> leader.probe("/readyz") == 503);
        assertThat(holder()).isEqualTo("leader");
        go.countDown();
        assertThat(leader.exitCode.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(ended).isTrue();
        assertThat(holder()).isEmpty();
    }

    private String holder() {
        return kube.lease("the-lease").getSpec().getHolderIdentity();
    }

    @Test
    void aReconcileThatDoesNotEndIsInterruptedAfterTheGracePeriod() throws Exception {
        Running running = new Running(null, Duration.ofSeconds(20), Duration.ofMillis(200), request -> {
            new CountDownLatch(1).await();
            return Result.done();
        });
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(running.reconciled).contains("a"));
        running.manager.stop();
        assertThat(running.exitCode.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aStopDuringTheStartOrAsAStandbyIsFast() throws Exception {
        run("leader");
        Running standby = run("standby");
        await().until(() -> standby.probe("/readyz") == 200);
        standby.manager.stop();
        assertThat(standby.exitCode.get(10, TimeUnit.SECONDS)).isZero();
        kube.server.faults().inject(Fault.on("list", "configmaps").always().answer(503));
        Running starting = run(null);
        starting.manager.stop();
        assertThat(starting.exitCode.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void watchesAreReopenedAfterARestartOfTheApiServer() throws Exception {
        Running running = run(null);
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(running.reconciled).contains("a"));
        var away = kube.server
                .faults()
                .inject(Fault.when(request -> request.userAgent().equals("arc4j"))
                        .times(5)
                        .drop());
        kube.server.watches().expire("configmaps");
        kube.create("b", "1");
        await().untilAsserted(() -> assertThat(running.reconciled).contains("b"));
        assertThat(away.strikes()).isEqualTo(5);
    }
}
