package io.github.arc4j.listener;

import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the writes of a listener to the cluster. */
final class FakeCluster implements RunnerSetPatches {
    private final List<String> calls;
    private final Map<String, Deque<Runnable>> scripts = new HashMap<>();
    final Set<String> busyRunners = ConcurrentHashMap.newKeySet();
    final Set<String> missingRunners = ConcurrentHashMap.newKeySet();
    final List<String> completedRunners = new CopyOnWriteArrayList<>();
    volatile int replicas = -1;

    /** @param calls receives the calls, such as {@code scale 0 1} (patch ID, replicas) and {@code mark runner-1} */
    FakeCluster(List<String> calls) {
        this.calls = calls;
    }

    synchronized void onNext(String call, Runnable... actions) {
        scripts.computeIfAbsent(call, key -> new ArrayDeque<>()).addAll(List.of(actions));
    }

    void failNext(String call, RuntimeException... failures) {
        for (RuntimeException failure : failures) {
            onNext(call, () -> {
                throw failure;
            });
        }
    }

    private void called(String call, String details) {
        calls.add(call + " " + details);
        run(call);
    }

    private void run(String call) {
        Runnable script;
        synchronized (this) {
            script = scripts.getOrDefault(call, new ArrayDeque<>()).poll();
        }
        if (script != null) {
            script.run();
        }
    }

    @Override
    public void scale(int patchId, int wanted) {
        called("scale", patchId + " " + wanted);
        replicas = wanted;
        run("after scale");
    }

    @Override
    public void jobCompleted(JobCompleted job) {
        completedRunners.add(job.runnerName());
    }

    @Override
    public boolean markJobStarted(JobStarted job) {
        called("mark", job.runnerName());
        if (missingRunners.contains(job.runnerName())) {
            return false;
        }
        busyRunners.add(job.runnerName());
        run("after mark");
        return true;
    }
}
