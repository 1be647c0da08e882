package io.github.arc4j.cli.why;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path of a scale set or of a runner, step by step.
 *
 * @param subject what the path is about, such as {@code runner arc-runners/my-runners-runner-abcde}
 * @param steps the steps, causes first
 * @param obstacle the first problem or, without one, what is still pending; null if there is neither
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Path(
        String subject, List<Step> steps, @Nullable Obstacle obstacle) {
    public static Path of(String subject, List<Step> steps) {
        return new Path(
                subject,
                steps,
                first(steps, Step.State.PROBLEM)
                        .or(() -> first(steps, Step.State.WAITING))
                        .map(Obstacle::of)
                        .orElse(null));
    }

    private static Optional<Step> first(List<Step> steps, Step.State state) {
        return steps.stream().filter(step -> step.state() == state).findFirst();
    }

    /** The obstacle if it is a problem, and not just something to wait for. */
    public Optional<Obstacle> problem() {
        return Optional.ofNullable(obstacle).filter(Obstacle::isProblem);
    }
}
