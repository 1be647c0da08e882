package io.github.arc4j.actions;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a failed call.
 *
 * @param status HTTP status, 0 if there was no answer
 * @param typeName the service's name of the error, such as {@code AgentExistsException}; may be empty
 * @param activityId the service's id of the request (header {@code ActivityId}); may be empty
 * @param requestId GitHub's id of the request (header {@code X-GitHub-Request-Id}); may be empty
 * @param retryAfter how long the service asked to wait, 1 s to 1 h, null if it did not
 * @param retryable whether the same call may succeed later
 * @param outcomeUnknown whether the call may have had its effect
 * @param summary what failed, in words that are the same each time it fails in this way; empty if the message is so
 */
public record ErrorDetails(
        int status,
        String typeName,
        String activityId,
        String requestId,
        @Nullable Duration retryAfter,
        boolean retryable,
        boolean outcomeUnknown,
        String summary)
        implements Serializable {
    /** Details of a failure whose message has nothing in it that differs from one try to the next. */
    public ErrorDetails(
            int status,
            String typeName,
            String activityId,
            String requestId,
            @Nullable Duration retryAfter,
            boolean retryable,
            boolean outcomeUnknown) {
        this(status, typeName, activityId, requestId, retryAfter, retryable, outcomeUnknown, "");
    }

    /** Nothing is known. */
    public static final ErrorDetails NONE = new ErrorDetails(0, "", "", "", null, false, false);

    /** Details of an answer; 429 and 5xx except 501 may succeed later, 5xx except 501 may have had their effect. */
    public static ErrorDetails of(int status, String typeName) {
        boolean broken = status >= 500 && status != 501;
        return new ErrorDetails(status, typeName, "", "", null, status == 429 || broken, broken);
    }
}
