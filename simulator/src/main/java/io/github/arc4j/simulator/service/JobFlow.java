package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.SimulatorOptions.Assignment;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.service.state.Job;
import io.github.arc4j.simulator.service.state.JobMessage;
import io.github.arc4j.simulator.service.state.Runner;
import io.github.arc4j.simulator.service.state.ScaleSet;
import io.github.arc4j.simulator.service.state.Timers;
import io.github.arc4j.simulator.service.state.WaitingJobs;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Moves jobs through their states: queued, available, acquired, assigned, running, completed. The lock must be held.
 */
final class JobFlow {
    private static final long FIRST_REQUEST_ID = 1000;

    private final SimulatorOptions options;
    private final Events events;
    private final Timers timers;
    private final RunnerRegistry runners;
    private final WaitingJobs waiting = new WaitingJobs();
    private final List<ScaleSet> scaleSets = new ArrayList<>();
    private long lastRequestId = FIRST_REQUEST_ID;

    JobFlow(SimulatorOptions options, Events events, Timers timers, RunnerRegistry runners) {
        this.options = options;
        this.events = events;
        this.timers = timers;
        this.runners = runners;
    }

    void add(ScaleSet scaleSet) {
        scaleSets.add(scaleSet);
    }

    /** Requeues the jobs of a deleted scale set; running jobs continue. */
    void remove(ScaleSet scaleSet) {
        scaleSets.remove(scaleSet);
        for (JobState state : List.of(JobState.AVAILABLE, JobState.ACQUIRED, JobState.ASSIGNED)) {
            withdraw(scaleSet, state);
        }
    }

    /** Starts an attempt of a job. */
    void queue(Job job) {
        job.queue(++lastRequestId);
        enqueue(job);
    }

    boolean requestIdIssued(long id) {
        return id > FIRST_REQUEST_ID && id <= lastRequestId;
    }

    private void enqueue(Job job) {
        waiting.add(job);
        for (ScaleSet scaleSet : WaitingJobs.matching(job, List.copyOf(scaleSets))) {
            offer(scaleSet);
        }
    }

    /** Offers waiting jobs up to the scale set's capacity, and assigns acquired jobs up to the same limit. */
    void offer(ScaleSet scaleSet) {
        assignAcquired(scaleSet);
        Job job;
        while (scaleSet.session() != null
                && scaleSet.hasCapacityToOffer()
                && (job = waiting.firstFor(scaleSet)) != null) {
            waiting.remove(job);
            job.offer(scaleSet);
            if (options.assignment() == Assignment.DIRECT) {
                assign(job);
            } else {
                events.publish(Kind.JOB_AVAILABLE, scaleSet, job, null, "");
                announce(job);
            }
        }
    }

    private void announce(Job job) {
        if (job.state() == JobState.AVAILABLE) {
            send(JobMessage.AVAILABLE, job);
            job.timer(timers.after(options.reofferAfter(), () -> announce(job)));
        }
    }

    /** Withdraws the offers to a session that has ended. */
    void withdrawOffers(ScaleSet scaleSet) {
        scaleSet.messages().dropOffers();
        withdraw(scaleSet, JobState.AVAILABLE);
    }

    private void withdraw(ScaleSet scaleSet, JobState state) {
        List<Job> jobs = List.copyOf(scaleSet.jobs(state));
        jobs.forEach(Job::withdraw);
        jobs.forEach(this::enqueue);
    }

    /** Acquires jobs for the listener; returns the request IDs of those that were acquired. */
    List<Long> acquire(ScaleSet scaleSet, Set<Long> requestIds) {
        List<Job> acquired = scaleSet.jobs(JobState.AVAILABLE).stream()
                .filter(job -> requestIds.contains(job.requestId()))
                .toList();
        for (Job job : acquired) {
            job.acquire();
            events.publish(Kind.JOB_ACQUIRED, scaleSet, job, null, "");
        }
        if (options.assignDelay().isZero()) {
            acquired.forEach(Job::allowAssignment);
            assignAcquired(scaleSet);
        } else {
            acquired.forEach(job -> job.timer(timers.after(options.assignDelay(), () -> {
                job.allowAssignment();
                assignAcquired(scaleSet);
            })));
        }
        return acquired.stream().map(Job::requestId).toList();
    }

    private void assignAcquired(ScaleSet scaleSet) {
        for (Job job : List.copyOf(scaleSet.jobs(JobState.ACQUIRED))) {
            if (job.assignable() && scaleSet.hasCapacityToAssign()) {
                assign(job);
            }
        }
    }

    private void assign(Job job) {
        job.assign();
        job.timer(timers.after(options.assignTimeout(), () -> giveUpWaiting(job)));
        events.publish(Kind.JOB_ASSIGNED, job.scaleSet(), job, null, "");
        send(JobMessage.ASSIGNED, job);
        ScaleSet scaleSet = job.scaleSet();
        if (scaleSet != null) {
            start(scaleSet);
        }
    }

    /** An online runner is idle. */
    void idle(Runner runner) {
        runner.scaleSet().idleRunners().add(runner);
        start(runner.scaleSet());
    }

    private void start(ScaleSet scaleSet) {
        Iterator<Runner> idle = scaleSet.idleRunners().iterator();
        Set<Job> assigned = scaleSet.jobs(JobState.ASSIGNED);
        while (idle.hasNext() && !assigned.isEmpty()) {
            Runner runner = idle.next();
            if (!runner.hung() && !runners.hangs(runner, RunnerFault.Kind.DEAF)) {
                idle.remove();
                start(assigned.iterator().next(), runner);
            }
        }
    }

    private void start(Job job, Runner runner) {
        job.start(runner);
        runner.take(job);
        events.publish(Kind.JOB_STARTED, runner.scaleSet(), job, runner, "");
        send(JobMessage.STARTED, job);
        if (!runners.hangs(runner, RunnerFault.Kind.NEVER_FINISHES)) {
            job.timer(timers.after(job.request().duration(), () -> finish(job)));
        }
    }

    /** Completes a job with the result that was requested. */
    void finish(Job job) {
        complete(job, job.request().result(), job.request().exitCode());
    }

    /** Completes a job, and ends the runner that has it. */
    void complete(Job job, String result, int exitCode) {
        if (job.state() == JobState.COMPLETED) {
            return;
        }
        waiting.remove(job);
        ScaleSet scaleSet = job.scaleSet();
        Runner runner = job.runner();
        job.complete(result);
        send(JobMessage.COMPLETED, job);
        events.publish(Kind.JOB_COMPLETED, scaleSet, job, runner, result);
        if (runner != null) {
            runners.remove(runner, new RunnerExit(exitCode, result));
        }
        if (scaleSet != null && scaleSets.contains(scaleSet)) {
            offer(scaleSet);
        }
    }

    private void giveUpWaiting(Job job) {
        if (job.state() != JobState.ASSIGNED) {
            return;
        }
        if (job.attempt() >= options.maxAttempts()) {
            complete(job, "canceled", 0);
            return;
        }
        ScaleSet scaleSet = job.scaleSet();
        if (scaleSet != null) {
            scaleSet.messages().add(JobMessage.canceled(job));
        }
        events.publish(Kind.JOB_REQUEUED, scaleSet, job, null, "no runner took it");
        job.withdraw();
        job.timer(timers.after(options.requeueDelay().multipliedBy(job.attempt()), () -> queue(job)));
        if (scaleSet != null) {
            offer(scaleSet);
        }
    }

    private static void send(String type, Job job) {
        ScaleSet scaleSet = job.scaleSet();
        if (scaleSet != null) {
            scaleSet.messages().add(JobMessage.of(type, job));
        }
    }
}
