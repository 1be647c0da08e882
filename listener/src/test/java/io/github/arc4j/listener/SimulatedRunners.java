package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.simulator.GitHubSimulator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster without Kubernetes: as many runners as the last patch requests, each played by the simulator. */
final class SimulatedRunners implements RunnerSetPatches, AutoCloseable {
    private final GitHubSimulator github;
    private final ActionsClient client;
    private final int scaleSetId;
    private final AtomicInteger names = new AtomicInteger();
    private final Set<Thread> runners = ConcurrentHashMap.newKeySet();
    final Set<String> marked = ConcurrentHashMap.newKeySet();
    private volatile int wanted;

    /** @param client a client without injected faults */
    SimulatedRunners(GitHubSimulator github, ActionsClient client, int scaleSetId) {
        this.github = github;
        this.client = client;
        this.scaleSetId = scaleSetId;
    }

    @Override
    public void scale(int patchId, int replicas) {
        wanted = replicas;
        startMissing();
    }

    private synchronized void startMissing() {
        while (runners.size() < wanted) {
            String name = "runner-" + names.incrementAndGet();
            Thread runner = Thread.ofVirtual().name(name).unstarted(() -> run(name));
            runners.add(runner);
            runner.start();
        }
    }

    private void run(String name) {
        try {
            github.runRunner(client.generateJitConfig(scaleSetId, name, "").encodedJitConfig());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ActionsException e) {
            // The next patch starts another runner.
        } finally {
            runners.remove(Thread.currentThread());
        }
    }

    @Override
    public void jobCompleted(JobCompleted job) {
        // A runner that no longer exists is not counted here.
    }

    @Override
    public boolean markJobStarted(JobStarted job) {
        return marked.add(job.runnerName());
    }

    @Override
    public void close() {
        wanted = 0;
        runners.forEach(Thread::interrupt);
    }
}
