package io.github.arc4j.actions.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, with what is needed to repeat it and to judge its answer.
 *
 * @param operation name for logs and metrics
 * @param effect what a repetition could do
 * @param target who answers, which decides how errors are read
 * @param method HTTP method
 * @param uri absolute URL
 * @param headers headers; they may hold credentials
 * @param body body to send, null for none
 * @param timeout limit of one try
 * @param success the statuses that mean success
 */
record Call(
        String operation,
        Effect effect,
        Target target,
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable String body,
        Duration timeout,
        IntPredicate success) {

    /** What a second execution could do. */
    enum Effect {
        /** Nothing is changed. */
        NONE,
        /** Like {@link #NONE}; the token was issued a moment ago and may not be known everywhere, so a refusal may pass. */
        NONE_NEW_TOKEN,
        /** Like {@link #NONE}, waiting long; a try that ran into its limit is not repeated here. */
        LONG_POLL,
        /** Twice is as good as once. */
        IDEMPOTENT,
        /** Must not be done twice. */
        ONCE
    }

    /** Who answers. */
    enum Target {
        /** GitHub's REST API. */
        REST,
        /** Actions service: scale sets, groups, runners. */
        SERVICE,
        /** Actions service: message sessions. */
        SESSION,
        /** The message queue, and what else takes the queue's token. */
        QUEUE
    }

    boolean changesSomething() {
        return effect == Effect.IDEMPOTENT || effect == Effect.ONCE;
    }

    /** The URL for messages; the query of a queue's URL is the service's business and may hold a secret. */
    String displayUrl() {
        String url = uri.toString();
        int query = url.indexOf('?');
        return target == Target.QUEUE && query >= 0 ? url.substring(0, query) : url;
    }

    /** The text without the secrets of this call, which a server may repeat in its answer. */
    String withoutSecrets(String text) {
        String authorization = headers.getOrDefault("Authorization", "");
        String cleaned = without(text, authorization.substring(authorization.indexOf(' ') + 1));
        String query = uri.getRawQuery();
        return target == Target.QUEUE && query != null ? without(cleaned, query) : cleaned;
    }

    private static String without(String text, String secret) {
        // what is that short is a word rather than a secret
        return secret.length() < 8 ? text : text.replace(secret, "***");
    }

    @Override
    public String toString() {
        return method + " " + displayUrl();
    }
}
