package io.github.arc4j.controller.console.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.process.advice.Advice;
import io.github.arc4j.process.advice.Reasons;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a scale set or a runner from working.
 *
 * @param isProgress whether it is expected to end soon, without any action
 * @param reason a reason of a condition
 * @param since when it began, in milliseconds since 1970; null if unknown
 * @param action what to do; empty if nothing is known
 * @param runbook URL of the documentation; empty if there is none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        boolean isProgress,
        String reason,
        String message,
        @Nullable Long since,
        String action,
        String runbook) {
    static Problem of(String reason, String message, @Nullable Long since) {
        Advice advice = Advice.of(reason);
        return new Problem(Reasons.isProgress(reason), reason, message, since, advice.action(), advice.documentation());
    }

    static Problem of(Condition condition) {
        return of(
                Objects.requireNonNullElse(condition.getReason(), ""),
                Objects.requireNonNullElse(condition.getMessage(), ""),
                time(condition.getLastTransitionTime()));
    }

    Problem since(@Nullable Long time) {
        return new Problem(isProgress, reason, message, time, action, runbook);
    }

    private static @Nullable Long time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            return null; // anybody may write a status
        }
    }
}
