package io.github.arc4j.actions.errors;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Details of a failed call.
 *
 * @param status HTTP status, 0 if there was no response
 * @param typeName the service's error type, see {@link ActionsException#typeName()}; may be empty
 * @param activityId the service's request id (header {@code ActivityId}); may be empty
 * @param requestId GitHub's request id (header {@code X-GitHub-Request-Id}); may be empty
 * @param retryAfter the delay that the service requested, 1 s to 1 h, null if it requested none
 * @param retryable whether a retry of the same call may succeed
 * @param outcomeUnknown whether the call may have taken effect
 * @param summary description that is identical for each failure of this kind; empty if the message already is
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
    /**
     * Creates details for a failure whose message has no parts that differ between attempts.
     *
     * @param status HTTP status, 0 if there was no response
     * @param typeName the service's error type; may be empty
     * @param activityId the service's request id; may be empty
     * @param requestId GitHub's request id; may be empty
     * @param retryAfter the delay that the service requested, null if it requested none
     * @param retryable whether a retry of the same call may succeed
     * @param outcomeUnknown whether the call may have taken effect
     */
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

    /** No details are known. */
    public static final ErrorDetails NONE = new ErrorDetails(0, "", "", "", null, false, false);

    /**
     * Creates details for a response. A retry may succeed after 429 and 5xx except 501; a call may have taken effect
     * after 5xx except 501.
     *
     * @param status HTTP status, 0 if there was no response
     * @param typeName the service's error type; may be empty
     * @return details without ids
     */
    public static ErrorDetails of(int status, String typeName) {
        boolean broken = status >= 500 && status != 501;
        return new ErrorDetails(status, typeName, "", "", null, status == 429 || broken, broken);
    }
}
