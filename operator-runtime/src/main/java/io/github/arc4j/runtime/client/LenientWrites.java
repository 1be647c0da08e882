package io.github.arc4j.runtime.client;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.Set;

/**
 * Disables the API server's check of writes for unknown and duplicate fields. It would only return warnings, which a
 * controller does not use, and the check costs the server more than the rest of the decoding.
 */
final class LenientWrites implements Interceptor {
    private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH");
    private static final String PARAMETER = "fieldValidation=";

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        String uri = request.uri().toString();
        if (METHODS.contains(request.method()) && !uri.contains(PARAMETER)) {
            builder.uri(URI.create(uri + (uri.indexOf('?') < 0 ? '?' : '&') + PARAMETER + "Ignore"));
        }
    }
}
