package io.github.arc4j.demo.account;

import io.github.arc4j.demo.stage.ClusterWatch;
import io.github.arc4j.simulator.SimulatorEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Correlates the events of GitHub and the cluster about jobs and runners, and prints each step. Thread-safe. */
public final class JobAccount {
    private final int total;
    private final Terminal terminal;
    private final Map<Long, JobStory> jobs = new LinkedHashMap<>();
    private final Map<String, JobStory> jobsByRunner = new HashMap<>();
    private final Map<String, Instant> runnerStarts = new HashMap<>();
    private final Map<String, Instant> runnerRemovals = new HashMap<>();
    private final Set<String> runners = new HashSet<>();

    /** @param total number of jobs that will be queued */
    public JobAccount(int total, Terminal terminal) {
        this.total = total;
        this.terminal = terminal;
    }

    /** Handles an event on GitHub. */
    public synchronized void onGitHub(SimulatorEvent event) {
        JobStory job = jobs.get(event.jobId());
        switch (event.kind()) {
            case JOB_QUEUED -> queued(event);
            case JOB_ASSIGNED -> reached(job, Step.ASSIGNED, event.at(), "assigned to " + event.scaleSet());
            case RUNNER_ONLINE -> runnerStarts.put(event.runner(), event.at());
            case JOB_STARTED -> started(job, event);
            case JOB_COMPLETED -> completed(job, event);
            default -> {}
        }
        terminal.progress(event.at(), progress());
        notifyAll();
    }

    /** Handles the creation or deletion of an EphemeralRunner. */
    public synchronized void onRunner(ClusterWatch.Change change) {
        String runner = change.object().name();
        if (change.exists()) {
            runners.add(runner);
        } else {
            runners.remove(runner);
            runnerRemovals.put(runner, change.at());
            removed(jobsByRunner.get(runner));
        }
        terminal.progress(change.at(), progress());
        notifyAll();
    }

    /**
     * Waits until all jobs are completed and all runners are removed.
     *
     * @throws TimeoutException if this is not the case within the timeout
     */
    public synchronized void awaitEnd(Duration timeout) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + timeout.toNanos();
        while (count(Step.REMOVED) < total || !runners.isEmpty()) {
            long nanos = end - System.nanoTime();
            if (nanos <= 0) {
                throw new TimeoutException("after " + timeout.toSeconds() + " s: " + progress());
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }

    /** Number of jobs that ended with this result. */
    public synchronized long ended(String result) {
        return jobs.values().stream().filter(job -> job.result().equals(result)).count();
    }

    /** The durations between two steps, for all jobs that reached both. */
    synchronized List<Duration> times(Step from, Step to) {
        return jobs.values().stream()
                .flatMap(job -> job.between(from, to).stream())
                .toList();
    }

    private void queued(SimulatorEvent event) {
        JobStory job = jobs.computeIfAbsent(event.jobId(), id -> new JobStory(event.job()));
        reached(job, Step.QUEUED, event.at(), "queued");
    }

    private void started(@Nullable JobStory job, SimulatorEvent event) {
        if (job != null) {
            jobsByRunner.put(event.runner(), job);
            job.runner(event.runner());
            job.reached(Step.RUNNER_STARTED, runnerStarts.getOrDefault(event.runner(), event.at()));
            reached(job, Step.STARTED, event.at(), "running on " + event.runner());
        }
    }

    private void completed(@Nullable JobStory job, SimulatorEvent event) {
        if (job != null) {
            job.result(event.detail());
            reached(job, Step.COMPLETED, event.at(), event.detail());
            removed(job);
        }
    }

    /** The removal of a runner may be observed before the completion of its job. */
    private void removed(@Nullable JobStory job) {
        Instant at = job == null || !job.has(Step.COMPLETED) ? null : runnerRemovals.get(job.runner());
        if (at != null) {
            reached(job, Step.REMOVED, at, "runner removed");
        }
    }

    private void reached(@Nullable JobStory job, Step step, Instant at, String text) {
        if (job != null) {
            job.reached(step, at);
            terminal.step(at, job.name(), step, text);
        }
    }

    private String progress() {
        long completed = count(Step.COMPLETED);
        long started = count(Step.STARTED);
        return "%d of %d jobs done: %d waiting, %d running, %d succeeded, %d failed; %d runners"
                .formatted(
                        count(Step.REMOVED),
                        total,
                        total - started,
                        started - completed,
                        ended("succeeded"),
                        completed - ended("succeeded"),
                        runners.size());
    }

    private long count(Step step) {
        return jobs.values().stream().filter(job -> job.has(step)).count();
    }
}
