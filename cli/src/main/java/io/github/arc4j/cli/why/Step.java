package io.github.arc4j.cli.why;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.process.advice.Reasons;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step on the path of a job, a runner or a scale set.
 *
 * @param name what has to happen
 * @param state whether it has happened
 * @param time since when; null if unknown
 * @param reason why not, a reason of a condition, an Event or a pod; empty if there is none
 * @param detail for people
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Step(String name, State state, @Nullable Instant time, String reason, String detail) {
    /** Whether a step has happened. */
    public enum State {
        DONE,
        /** In progress, or waiting for something that is not an error. */
        WAITING,
        PROBLEM,
        /** Not reached yet. */
        PENDING,
        /** The objects that would show it could not be read. */
        UNKNOWN
    }

    public static Step done(String name, String detail) {
        return new Step(name, State.DONE, null, "", detail);
    }

    public static Step waiting(String name, String reason, String detail) {
        return new Step(name, State.WAITING, null, reason, detail);
    }

    public static Step problem(String name, String reason, String detail) {
        return new Step(name, State.PROBLEM, null, reason, detail);
    }

    public static Step problem(String name, PodProblem problem) {
        return problem(name, problem.reason(), problem.message());
    }

    public static Step pending(String name) {
        return new Step(name, State.PENDING, null, "", "");
    }

    public static Step unknown(String name, String detail) {
        return new Step(name, State.UNKNOWN, null, "", detail);
    }

    /** What a condition that is false reports. */
    public static Step of(String name, Condition condition) {
        String reason = Conditions.reason(condition);
        return new Step(
                name,
                Reasons.isProgress(reason) ? State.WAITING : State.PROBLEM,
                Conditions.since(condition).orElse(null),
                reason,
                Conditions.message(condition));
    }

    /** The same step with its time. */
    public Step since(Optional<Instant> since) {
        return new Step(name, state, since.orElse(null), reason, detail);
    }

    /** The same step with another detail. */
    public Step withDetail(String other) {
        return new Step(name, state, time, reason, other);
    }
}
