package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.JobSummary;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Incremental counts of jobs by state and result, so that a summary does not iterate over all jobs. Guarded by the
 * monitor.
 */
public final class JobCounts {
    private final Map<JobState, Integer> states = new EnumMap<>(JobState.class);
    private final Map<String, Integer> results = new HashMap<>();

    void enter(JobState state, @Nullable String result) {
        states.merge(state, 1, Integer::sum);
        if (state == JobState.COMPLETED && result != null) {
            results.merge(result, 1, Integer::sum);
        }
    }

    void leave(JobState state) {
        states.merge(state, -1, Integer::sum);
    }

    public JobSummary summary() {
        int succeeded = results.getOrDefault("succeeded", 0);
        int failed = results.getOrDefault("failed", 0);
        int canceled = results.getOrDefault("canceled", 0);
        return new JobSummary(
                in(JobState.QUEUED),
                in(JobState.AVAILABLE),
                in(JobState.ACQUIRED),
                in(JobState.ASSIGNED),
                in(JobState.RUNNING),
                succeeded,
                failed,
                canceled,
                in(JobState.COMPLETED) - succeeded - failed - canceled);
    }

    private int in(JobState state) {
        return states.getOrDefault(state, 0);
    }
}
