package io.github.arc4j.cli.why;

import io.github.arc4j.process.advice.Advice;

/**
 * The first obstacle on a path: the others may be its effects.
 *
 * @param step the step that it keeps from happening
 * @param reason a reason of a condition, an Event or a pod
 * @param message what is wrong
 * @param action what to do; empty if nothing is known
 * @param documentation URL of the documentation; empty if there is none
 */
public record Obstacle(
        String step, boolean isProblem, String reason, String message, String action, String documentation) {
    public static Obstacle of(Step step) {
        Advice advice = Advice.of(step.reason());
        return new Obstacle(
                step.name(),
                step.state() == Step.State.PROBLEM,
                step.reason(),
                step.detail(),
                advice.action(),
                advice.documentation());
    }
}
