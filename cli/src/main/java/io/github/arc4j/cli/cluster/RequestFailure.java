package io.github.arc4j.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;

/** Why a request to the API server failed. */
final class RequestFailure {
    private RequestFailure() {}

    /**
     * A message for people.
     *
     * @throws NoAccessException if no request can succeed
     */
    static String message(KubernetesClient client, KubernetesClientException e) {
        int status = e.getCode();
        if (status < HttpURLConnection.HTTP_OK) {
            throw new NoAccessException(
                    "The API server %s cannot be reached: %s".formatted(client.getMasterUrl(), cause(e)), e);
        }
        return switch (status) {
            case HttpURLConnection.HTTP_FORBIDDEN -> "this account may not list them";
            case HttpURLConnection.HTTP_NOT_FOUND -> "this kind is not installed";
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                throw new NoAccessException(
                        "The API server %s rejects the credentials (401). Log in again, or name another --context."
                                .formatted(client.getMasterUrl()),
                        e);
            default -> Objects.requireNonNullElse(e.getMessage(), "status " + status);
        };
    }

    private static String cause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
