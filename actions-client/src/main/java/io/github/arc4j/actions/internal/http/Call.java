package io.github.arc4j.actions.internal.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, with the information needed to retry it and to evaluate its response.
 *
 * @param operation name for logs and metrics
 * @param effect the effect of a repetition
 * @param target the responding service, which determines how errors are parsed
 * @param method HTTP method
 * @param uri absolute URL
 * @param headers headers, which may contain credentials
 * @param body request body; null if there is none
 * @param timeout timeout of each attempt
 * @param success the statuses that indicate success
 */
public record Call(
        String operation,
        Effect effect,
        Target target,
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable String body,
        Duration timeout,
        IntPredicate success) {

    /** The effect of a second execution. */
    public enum Effect {
        /** No effect: the call changes nothing. */
        NONE,
        /**
         * Like {@link #NONE}; the token was issued a moment ago and may not have reached all servers, so a rejection
         * may be transient.
         */
        NONE_NEW_TOKEN,
        /** Like {@link #NONE}, but the call waits for a long time; an attempt that timed out is not retried here. */
        LONG_POLL,
        /** A repetition has no further effect. */
        IDEMPOTENT,
        /** The call must not be executed twice. */
        ONCE
    }

    /** The responding service. */
    public enum Target {
        /** GitHub's REST API. */
        REST,
        /** Actions service: scale sets, groups, runners. */
        SERVICE,
        /** Actions service: message sessions. */
        SESSION,
        /** The message queue, and other calls that take the queue's token. */
        QUEUE
    }

    public boolean changesSomething() {
        return effect == Effect.IDEMPOTENT || effect == Effect.ONCE;
    }

    /**
     * Returns the URL for messages, without the query of a queue's URL, which is opaque to clients and may contain a
     * secret.
     */
    public String displayUrl() {
        String url = uri.toString();
        int query = url.indexOf('?');
        return target == Target.QUEUE && query >= 0 ? url.substring(0, query) : url;
    }

    /** Removes this call's secrets from the text, because a server may echo them in its response. */
    public String withoutSecrets(String text) {
        String authorization = headers.getOrDefault("Authorization", "");
        String cleaned = without(text, authorization.substring(authorization.indexOf(' ') + 1));
        String query = uri.getRawQuery();
        return target == Target.QUEUE && query != null ? without(cleaned, query) : cleaned;
    }

    private static String without(String text, String secret) {
        // such a short value is an ordinary word rather than a secret
        return secret.length() < 8 ? text : text.replace(secret, "***");
    }

    @Override
    public String toString() {
        return method + " " + displayUrl();
    }
}
