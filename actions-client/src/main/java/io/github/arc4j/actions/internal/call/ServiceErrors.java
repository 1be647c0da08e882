package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.JobStillRunningException;
import io.github.arc4j.actions.errors.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.errors.RunnerExistsException;
import io.github.arc4j.actions.errors.RunnerNotFoundException;
import io.github.arc4j.actions.errors.ScaleSetExistsException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import io.github.arc4j.actions.internal.call.ErrorText.ServiceError;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Target;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.json.Messages;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Converts error responses to exceptions. */
public final class ServiceErrors {
    private ServiceErrors() {}

    public static ActionsException of(Call call, Response response, Instant now) {
        if (response.status() == 407) {
            return Connections.proxyRejected(call, response);
        }
        @Nullable ServiceError error = ServiceError.parse(response);
        ErrorDetails details = details(call, response, error, now);
        String message =
                ErrorText.prefix(call, response) + ": " + call.withoutSecrets(ErrorText.detail(call, response, error));
        return classify(call, details, message);
    }

    /** Creates the exception for a response with a success status but invalid content. */
    public static InvalidResponseException invalid(Call call, Response response, IOException cause) {
        String parsing = String.valueOf(cause.getMessage());
        String problem = call.withoutSecrets(ErrorText.unreadable(response, parsing));
        ErrorDetails details = new ErrorDetails(
                response.status(),
                "",
                response.header("ActivityId"),
                response.header("X-GitHub-Request-Id"),
                null,
                !(cause instanceof AmbiguousNameException),
                call.changesSomething(),
                ErrorText.summary(call, response, call.withoutSecrets(parsing)));
        return new InvalidResponseException(
                ErrorText.prefix(call, response) + ": " + problem, details, cause, Messages.idOf(cause));
    }

    private static ActionsException classify(Call call, ErrorDetails details, String message) {
        int status = details.status();
        String type = details.typeName();
        if (isRateLimit(status, details.retryAfter())) {
            return new RateLimitedException(message, details);
        }
        if (type.contains("AgentExistsException")) {
            return new RunnerExistsException(message, details);
        }
        if (type.contains("AgentNotFoundException")) {
            return new RunnerNotFoundException(message, details);
        }
        if (type.contains("JobStillRunningException")) {
            return new JobStillRunningException(message, details);
        }
        if (type.contains("RunnerScaleSetNotFoundException")) {
            return new ScaleSetNotFoundException(message, details);
        }
        if (type.contains("RunnerScaleSetExistsException")) {
            return new ScaleSetExistsException(message, details);
        }
        if (type.contains("SessionExpired")) {
            return new SessionExpiredException(message, details);
        }
        if (type.contains("SessionConflict") || (status == 409 && call.target() == Target.SESSION)) {
            return new SessionConflictException(message, details);
        }
        if (status == 401 && call.target() == Target.QUEUE) {
            return new MessageQueueTokenExpiredException(message, details);
        }
        if (isRejection(call, status)) {
            return new AuthenticationException(message, details, null);
        }
        boolean gone = status == 404 || status == 410;
        if (gone && scaleSetIsMissing(call, details)) {
            return new ScaleSetNotFoundException(message, details);
        }
        if (gone && sessionHasEnded(call)) {
            return new SessionExpiredException(message, details);
        }
        return new ActionsServiceException(message, details);
    }

    /** A 404 from the REST API means "no access" as well as "not found". */
    private static boolean isRejection(Call call, int status) {
        return status == 401 || (call.target() == Target.REST && (status == 403 || status == 404));
    }

    /**
     * Returns whether the service itself reports the scale set as missing: a 404 from a proxy must not cause
     * registration of a new scale set.
     */
    private static boolean scaleSetIsMissing(Call call, ErrorDetails details) {
        return !details.activityId().isEmpty()
                && switch (call.operation()) {
                    case "generateJitConfig", "updateScaleSet", "openSession" -> true;
                    default -> false;
                };
    }

    private static boolean sessionHasEnded(Call call) {
        return switch (call.operation()) {
            case "poll", "refreshSession", "closeSession" -> true;
            default -> false;
        };
    }

    private static boolean isRateLimit(int status, @Nullable Duration retryAfter) {
        return status == 429 || (status == 403 && retryAfter != null);
    }

    private static ErrorDetails details(Call call, Response response, @Nullable ServiceError error, Instant now) {
        int status = response.status();
        @Nullable Duration retryAfter = RetryAfter.of(call, response, now);
        // texts of rate limits contain the request and the time
        String why = error == null || isRateLimit(status, retryAfter) || !isFromGitHub(response)
                ? ""
                : call.withoutSecrets(error.text() + ErrorText.hint(call, response));
        // includes 503: gateways also return it when the connection to the service broke after the request was sent
        boolean broken = status >= 500 && status != 501;
        boolean retryable = broken || isRateLimit(status, retryAfter);
        boolean unknown = broken && call.changesSomething();
        return new ErrorDetails(
                status,
                error == null ? "" : error.typeName(),
                response.header("ActivityId"),
                response.header("X-GitHub-Request-Id"),
                retryAfter,
                retryable,
                unknown,
                ErrorText.summary(call, response, why));
    }

    /**
     * Returns whether the response may come from GitHub or its Actions service, which add ids to each request. Other
     * responses must not be shown to the user who chose the host, because that would allow reading from the process's
     * network.
     */
    private static boolean isFromGitHub(Response response) {
        return !response.header("ActivityId").isEmpty()
                || !response.header("X-GitHub-Request-Id").isEmpty();
    }
}
