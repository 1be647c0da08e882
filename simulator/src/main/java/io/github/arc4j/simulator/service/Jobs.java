package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.JobSummary;
import io.github.arc4j.simulator.JobView;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.service.state.Job;
import io.github.arc4j.simulator.service.state.JobCounts;
import io.github.arc4j.simulator.service.state.JobMessage;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All jobs, and the operations on them. */
public final class Jobs {
    private final Monitor monitor;
    private final Events events;
    private final JobFlow flow;
    private final ScaleSets scaleSets;
    private final Map<Long, Job> jobs = new LinkedHashMap<>();
    private final JobCounts counts = new JobCounts();
    private final Map<String, JobCounts> countsByGroup = new HashMap<>();
    private long lastId;

    Jobs(Monitor monitor, Events events, JobFlow flow, ScaleSets scaleSets) {
        this.monitor = monitor;
        this.events = events;
        this.flow = flow;
        this.scaleSets = scaleSets;
    }

    /** Queues the given number of equal jobs and returns their IDs. */
    public List<Long> queue(JobRequest request, int count) {
        return monitor.locked(() -> {
            List<Long> ids = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                JobCounts group = countsByGroup.computeIfAbsent(request.group(), any -> new JobCounts());
                Job job = new Job(++lastId, request, List.of(counts, group));
                jobs.put(job.id(), job);
                ids.add(job.id());
                events.publish(Kind.JOB_QUEUED, null, job, null, "");
                flow.queue(job);
            }
            return ids;
        });
    }

    /** Cancels a job as a user would; its runner exits with code 0. False if there is no such unfinished job. */
    public boolean cancel(long id) {
        return monitor.locked(() -> {
            Job job = jobs.get(id);
            if (job == null || job.state() == JobState.COMPLETED) {
                return false;
            }
            flow.complete(job, "canceled", 0);
            return true;
        });
    }

    /** Ends a running job before its time, with its result. False if there is no such running job. */
    public boolean finish(long id) {
        return monitor.locked(() -> {
            Job job = jobs.get(id);
            if (job == null || job.state() != JobState.RUNNING) {
                return false;
            }
            flow.finish(job);
            return true;
        });
    }

    /** Whether this request ID was ever issued for an attempt of a job. */
    public boolean requestIdIssued(long id) {
        return monitor.locked(() -> flow.requestIdIssued(id));
    }

    /** The jobs offered to a scale set that have not been acquired. */
    public List<JobMessage> acquirable(Scope scope, int scaleSetId) {
        return monitor.locked(() -> scaleSets.require(scope, scaleSetId).jobs(JobState.AVAILABLE).stream()
                .map(job -> JobMessage.of(JobMessage.AVAILABLE, job))
                .toList());
    }

    public List<JobView> views() {
        return monitor.locked(() -> jobs.values().stream().map(Job::view).toList());
    }

    public JobSummary summary() {
        return monitor.locked(counts::summary);
    }

    /** Counts of the jobs in one group. */
    public JobSummary summary(String group) {
        return monitor.locked(
                () -> countsByGroup.getOrDefault(group, new JobCounts()).summary());
    }
}
