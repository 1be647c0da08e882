package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a scale set that the Go system does not have; all are optional. Durations consist of hours, minutes and
 * seconds: {@code 90s}, {@code 1h30m}. The schema rejects other texts; if they are stored nevertheless, the default
 * applies.
 *
 * @param endGrace how long a runner may keep running after its job has completed; empty for 1m
 * @param onlineTimeout how long a runner may be offline; empty for 10m
 * @param maxLifetime how long a runner may exist, with or without a job; empty for no limit
 * @param jobMetadata what a busy runner's pod reports about the job; null for nothing
 * @param disruption {@code protectBusy} if evictions are to wait until jobs have finished; otherwise empty
 * @param retainFailed how pods of failed runners are kept for inspection; null if they are not
 */
@ApiObject
@RecordBuilder
public record RunnerPolicy(
        @JsonPropertyDescription("How long a runner may keep running after its job has completed; 1m by default")
        @Pattern(DURATION) String endGrace,

        @JsonPropertyDescription("How long a runner may be offline; 10m by default") @Pattern(DURATION) String onlineTimeout,

        @JsonPropertyDescription("How long a runner may exist, with or without a job; no limit by default")
        @Pattern(DURATION) String maxLifetime,

        @JsonPropertyDescription("What the pod of a runner with a job reports about the job") @Nullable JobMetadata jobMetadata,

        @JsonPropertyDescription("protectBusy: evictions of pods wait until their jobs have finished")
        @Pattern("^(protectBusy)?$") String disruption,

        @JsonPropertyDescription("Keeps the pods of failed runners for inspection") @Nullable FailedRunnerRetention retainFailed) {
    /** The settings of a scale set without a policy. */
    public static final RunnerPolicy DEFAULT = RunnerPolicyBuilder.builder().build();

    /** The regular expression of a duration. */
    static final String DURATION = "^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$";

    private static final Duration END_GRACE = Duration.ofMinutes(1);
    private static final Duration ONLINE_TIMEOUT = Duration.ofMinutes(10);

    /** Replaces null with empty values. */
    public RunnerPolicy {
        endGrace = Normal.text(endGrace);
        onlineTimeout = Normal.text(onlineTimeout);
        maxLifetime = Normal.text(maxLifetime);
        disruption = Normal.text(disruption);
    }

    /** {@return a builder without any values} */
    public static RunnerPolicyBuilder builder() {
        return RunnerPolicyBuilder.builder();
    }

    /** {@return how long a runner may keep running after its job has completed} */
    public Duration endGraceOrDefault() {
        return duration(endGrace).orElse(END_GRACE);
    }

    /** {@return how long a runner may be offline, from the start of its containers or from when it went offline} */
    public Duration onlineTimeoutOrDefault() {
        return duration(onlineTimeout).filter(duration -> !duration.isZero()).orElse(ONLINE_TIMEOUT);
    }

    /** {@return how long a runner's pod may run; empty if there is no limit} */
    public Optional<Duration> maxLifetimeIfSet() {
        return duration(maxLifetime).filter(duration -> !duration.isZero());
    }

    /** {@return whether evictions of pods with jobs are rejected} */
    public boolean protectsBusyRunners() {
        return disruption.equals("protectBusy");
    }

    /** {@return whether pods are marked when their jobs start} */
    public boolean marksBusyRunners() {
        return jobMetadata != null || protectsBusyRunners();
    }

    /** {@return how failed runners are kept for inspection; empty if they are not} */
    public Optional<FailedRunnerRetention> retentionIfEnabled() {
        return Optional.ofNullable(retainFailed)
                .filter(retention -> retention.maxOrDefault() > 0
                        && !retention.durationOrDefault().isZero());
    }

    /** Parses a duration; empty if the text is empty or is not one. */
    static Optional<Duration> duration(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)))
                    .filter(duration -> !duration.isNegative());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
