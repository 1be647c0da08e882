package io.github.arc4j.controller.console.model;

import io.github.arc4j.controller.runners.pod.JobTimes;
import io.github.arc4j.controller.runners.pod.ObservedRunner;
import io.github.arc4j.controller.runners.pod.RunnerStages;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The waiting times of a scale set, or of all of them.
 *
 * @param jobs from the queueing of a job until it has a runner
 * @param registration from the creation of a runner's object until it is registered
 * @param podStart from the creation of a runner's pod until its container is started
 */
public record Waits(WaitingTimes jobs, WaitingTimes registration, WaitingTimes podStart) {
    Waits() {
        this(new WaitingTimes(), new WaitingTimes(), new WaitingTimes());
    }

    /** The series of all of them. */
    record Series(WaitingTimes.Series jobs, WaitingTimes.Series registration, WaitingTimes.Series podStart) {}

    /** Adds the durations of the stages that a runner has reached since the previous observation. */
    void observed(@Nullable ObservedRunner before, ObservedRunner after, Instant now) {
        RunnerStages stages = after.stages();
        RunnerStages known = before == null ? null : before.stages();
        if (after.runner().hasJob() && (before == null || !before.runner().hasJob())) {
            JobTimes job = JobTimes.of(after.runner().statusOrEmpty());
            add(jobs, job.queued(), job.started(), now);
        }
        if (known == null || known.registered() == null) {
            add(registration, stages.created(), stages.registered(), now);
        }
        if (known == null || known.started() == null) {
            add(podStart, stages.registered(), stages.started(), now);
        }
    }

    private static void add(WaitingTimes times, @Nullable Instant start, @Nullable Instant end, Instant now) {
        if (start != null && end != null) {
            times.add(end, Duration.between(start, end), now);
        }
    }

    Series series(Instant now) {
        return new Series(jobs.series(now), registration.series(now), podStart.series(now));
    }

    /** Changes with each value. */
    int version() {
        return jobs.version() + registration.version() + podStart.version();
    }
}
