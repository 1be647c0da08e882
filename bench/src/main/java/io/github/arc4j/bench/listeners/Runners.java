package io.github.arc4j.bench.listeners;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.simulator.GitHubSimulator;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** As many runners as an EphemeralRunnerSet wants, each an object of the API server and played by the simulator. */
final class Runners implements Runnable, AutoCloseable {
    private static final Duration CHECK = Duration.ofMillis(20);

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
                while (runners.size() < wanted()) {
                    String name = config.runnerScaleSetName() + "-" + count++;
                    Thread runner = Thread.ofVirtual().unstarted(() -> play(name));
                    runners.add(runner);
                    runner.start();
                }
                Thread.sleep(CHECK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int wanted() {
        return store.resource("ephemeralrunnersets")
                .get(config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName())
                .json()
                .path("spec")
                .path("replicas")
                .asInt();
    }

    private void play(String name) {
        try {
            store.resource("ephemeralrunners").create(config.ephemeralRunnerSetNamespace(), Surroundings.object(name));
            github.runRunner(client.generateJitConfig(config.runnerScaleSetId(), name, "")
                    .encodedJitConfig());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ActionsException e) {
            // Another runner takes its place.
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
