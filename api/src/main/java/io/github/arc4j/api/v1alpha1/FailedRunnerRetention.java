package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long, and how many, pods of failed runners are kept for inspection.
 *
 * @param duration how long the pod of a failed runner is kept, such as {@code 10m}; empty for the default
 * @param max maximum number of pods to keep, the latest ones; null for the default
 */
@ApiObject
public record FailedRunnerRetention(
        @JsonProperty("for")
        @JsonPropertyDescription("How long the pod of a failed runner is kept; 10m by default")
        @Pattern(RunnerPolicy.DURATION) String duration,

        @JsonPropertyDescription("Maximum number of pods to keep, the latest ones; 5 by default")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0) @Int32
        @Nullable Integer max) {
    private static final Duration DEFAULT_DURATION = Duration.ofMinutes(10);
    private static final int DEFAULT_MAX = 5;

    /** Replaces null with empty values. */
    public FailedRunnerRetention {
        duration = Normal.text(duration);
    }

    /** {@return how long the pod of a failed runner is kept} */
    public Duration durationOrDefault() {
        return RunnerPolicy.duration(duration).orElse(DEFAULT_DURATION);
    }

    /** {@return how many failed runners of a scale set are kept at a time} */
    public int maxOrDefault() {
        return max == null ? DEFAULT_MAX : max;
    }
}
