package io.github.arc4j.controller.runners.pod;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The times of a runner's job by GitHub's clock; null if unknown.
 *
 * @param queued the job was queued
 * @param assigned the job was assigned to the scale set
 * @param started the job was assigned to the runner
 */
public record JobTimes(
        @Nullable Instant queued,
        @Nullable Instant assigned,
        @Nullable Instant started) {
    /** Later times are not those of jobs; the milliseconds of the latest ones would overflow. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    public static JobTimes of(EphemeralRunnerStatus status) {
        return new JobTimes(
                time(status.jobQueueTime()), time(status.jobScaleSetAssignTime()), time(status.jobRunnerAssignTime()));
    }

    private static @Nullable Instant time(String text) {
        try {
            Instant time = text.isEmpty() ? null : Instant.parse(text);
            return time == null || time.isBefore(Instant.EPOCH) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeParseException e) {
            return null; // users may write a status
        }
    }
}
