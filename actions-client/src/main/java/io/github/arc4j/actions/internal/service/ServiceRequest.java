package io.github.arc4j.actions.internal.service;

import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.internal.http.Call.Target;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Call} to the Actions service before the service's URL is known.
 *
 * @param path escaped path below the service's URL
 * @param query query parameters, not escaped
 */
record ServiceRequest(
        String operation,
        Effect effect,
        Target target,
        String method,
        String path,
        Map<String, String> query,
        @Nullable String body,
        IntPredicate success) {

    static ServiceRequest get(String operation, String path, Map<String, String> query) {
        return new ServiceRequest(operation, Effect.NONE, Target.SERVICE, "GET", path, query, null, is(200));
    }

    static ServiceRequest delete(String operation, String path) {
        return new ServiceRequest(
                operation, Effect.IDEMPOTENT, Target.SERVICE, "DELETE", path, Map.of(), null, is(204));
    }

    static ServiceRequest send(String operation, Effect effect, String method, String path, @Nullable String body) {
        return new ServiceRequest(operation, effect, Target.SERVICE, method, path, Map.of(), body, is(200));
    }

    static IntPredicate is(int success) {
        return status -> status == success;
    }

    ServiceRequest aboutSession() {
        return new ServiceRequest(operation, effect, Target.SESSION, method, path, query, body, success);
    }
}
