package io.github.arc4j.bench.listeners;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.simulator.GitHubSimulator;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * The number of runners that an EphemeralRunnerSet specifies, each an object in the API server and simulated by the
 * simulator.
 */
final class Runners implements Runnable, AutoCloseable {
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);

    private final ObjectStore store;
    private final GitHubSimulator github;
    private final ActionsClient client;
    private final ListenerConfig config;
    private final Set<Thread> runners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Runners(ObjectStore store, GitHubSimulator github, ActionsClient client, ListenerConfig config) {
        this.store = store;
        this.github = github;
        this.client = client;
        this.config = config;
    }

    @Override
    public void run() {
        int count = 0;
        try {
            while (!closed) {
                while (runners.size() < desired()) {
                    String name = config.runnerScaleSetName() + "-" + count++;
                    Thread runner = Thread.ofVirtual().unstarted(() -> runRunner(name));
                    runners.add(runner);
                    runner.start();
                }
                Thread.sleep(CHECK_INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the EphemeralRunnerSet specifies no runners. */
    void awaitNoneDesired(Duration timeout) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (desired() > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(desired() + " runners are desired");
            }
            Thread.sleep(CHECK_INTERVAL);
        }
    }

    private int desired() {
        return store.resource("ephemeralrunnersets")
                .get(config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName())
                .json()
                .path("spec")
                .path("replicas")
                .asInt();
    }

    private void runRunner(String name) {
        try {
            store.resource("ephemeralrunners").create(config.ephemeralRunnerSetNamespace(), Surroundings.object(name));
            github.runRunner(client.generateJitConfig(config.runnerScaleSetId(), name, "")
                    .encodedJitConfig());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ActionsException e) {
            // Another runner replaces it.
        } finally {
            runners.remove(Thread.currentThread());
        }
    }

    @Override
    public void close() {
        closed = true;
        runners.forEach(Thread::interrupt);
    }
}
