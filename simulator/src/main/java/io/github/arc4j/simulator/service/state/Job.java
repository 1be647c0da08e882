package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.JobView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A job and its state. Guarded by the monitor. */
public final class Job {
    private final long id;
    private final JobRequest request;
    private final List<JobCounts> counts;
    private final String jobId = UUID.randomUUID().toString();
    private final Instant queuedAt = Instant.now();
    private long requestId;
    private int attempt;
    private JobState state = JobState.QUEUED;
    private @Nullable ScaleSet scaleSet;
    private @Nullable Runner runner;
    private @Nullable String repository;
    private @Nullable String result;
    private @Nullable Instant availableAt;
    private @Nullable Instant acquiredAt;
    private @Nullable Instant assignedAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant completedAt;
    private boolean assignable;
    private @Nullable Future<?> timer;

    public Job(long id, JobRequest request, List<JobCounts> counts) {
        this.id = id;
        this.request = request;
        this.counts = counts;
        this.repository = request.repository();
        counts.forEach(count -> count.enter(state, null));
    }

    public long id() {
        return id;
    }

    public JobRequest request() {
        return request;
    }

    String jobId() {
        return jobId;
    }

    public long requestId() {
        return requestId;
    }

    public int attempt() {
        return attempt;
    }

    public JobState state() {
        return state;
    }

    public @Nullable ScaleSet scaleSet() {
        return scaleSet;
    }

    public @Nullable Runner runner() {
        return runner;
    }

    @Nullable String result() {
        return result;
    }

    /** Whether the delay between acquired and assigned has passed. */
    public boolean assignable() {
        return assignable;
    }

    Instant queuedAt() {
        return queuedAt;
    }

    @Nullable Instant assignedAt() {
        return assignedAt;
    }

    @Nullable Instant startedAt() {
        return startedAt;
    }

    @Nullable Instant completedAt() {
        return completedAt;
    }

    public String displayName() {
        String name = request.displayName();
        return name == null ? "job-" + id : name;
    }

    long workflowRunId() {
        return request.workflowRunId() == 0 ? 1_000_000 + id : request.workflowRunId();
    }

    String repository() {
        return repository == null ? "example/example" : repository;
    }

    /** Starts a new attempt: the job returns to the queue, and the state of the previous attempt is reset. */
    public void queue(long newRequestId) {
        moveTo(null, JobState.QUEUED);
        requestId = newRequestId;
        attempt++;
        runner = null;
        result = null;
        availableAt = null;
        acquiredAt = null;
        assignedAt = null;
        startedAt = null;
        completedAt = null;
        assignable = false;
    }

    /** Withdraws an offer or assignment; the attempt continues. */
    public void withdraw() {
        moveTo(null, JobState.QUEUED);
        availableAt = null;
        acquiredAt = null;
        assignedAt = null;
        assignable = false;
    }

    public void offer(ScaleSet to) {
        moveTo(to, JobState.AVAILABLE);
        availableAt = Instant.now();
        if (repository == null) {
            repository = to.scope().someRepository();
        }
    }

    public void acquire() {
        moveTo(scaleSet, JobState.ACQUIRED);
        acquiredAt = Instant.now();
    }

    public void allowAssignment() {
        assignable = true;
    }

    public void assign() {
        moveTo(scaleSet, JobState.ASSIGNED);
        assignedAt = Instant.now();
    }

    public void start(Runner on) {
        moveTo(scaleSet, JobState.RUNNING);
        startedAt = Instant.now();
        runner = on;
    }

    public void complete(String with) {
        result = with;
        moveTo(scaleSet, JobState.COMPLETED);
        completedAt = Instant.now();
    }

    /** Replaces the pending timer; null if there is none. */
    public void timer(@Nullable Future<?> next) {
        Timers.cancel(timer);
        timer = next;
    }

    private void moveTo(@Nullable ScaleSet newScaleSet, JobState newState) {
        if (scaleSet != null) {
            scaleSet.jobs(state).remove(this);
        }
        timer(null);
        for (JobCounts count : counts) {
            count.leave(state);
            count.enter(newState, result);
        }
        scaleSet = newScaleSet;
        state = newState;
        if (newScaleSet != null && newState != JobState.COMPLETED) {
            newScaleSet.jobs(newState).add(this);
        }
    }

    public JobView view() {
        return new JobView(
                id,
                requestId,
                jobId,
                displayName(),
                repository(),
                workflowRunId(),
                request.labels(),
                request.group(),
                state,
                scaleSet == null ? null : scaleSet.name(),
                result,
                attempt,
                runner == null ? 0 : runner.id(),
                runner == null ? null : runner.name(),
                queuedAt,
                availableAt,
                acquiredAt,
                assignedAt,
                startedAt,
                completedAt);
    }
}
