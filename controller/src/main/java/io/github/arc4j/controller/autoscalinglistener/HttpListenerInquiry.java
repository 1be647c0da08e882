package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the response of a listener's readiness endpoint. */
public final class HttpListenerInquiry implements ListenerInquiry {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int MAX_BYTES = 1000;

    private final int port;

    /** Uses the port of the probes. */
    public HttpListenerInquiry() {
        this(ListenerPodObject.HEALTH_PORT);
    }

    HttpListenerInquiry(int port) {
        this.port = port;
    }

    @Override
    public Optional<String> whyNotReady(Pod pod) {
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (ip == null || ip.isEmpty()) {
            return Optional.empty();
        }
        try {
            return ask(URI.create("http://" + (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + port + "/readyz"));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ask(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        // A timeout of the connection starts again with each byte, and the image may be that of a tenant.
        Thread guard = Thread.startVirtualThread(() -> disconnectLater(connection));
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_UNAVAILABLE) {
                return Optional.empty();
            }
            InputStream body = connection.getErrorStream();
            String text = body == null ? "" : new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return Optional.of(text.replaceAll("\\p{Cntrl}+", " ").strip()).filter(reason -> !reason.isEmpty());
        } finally {
            guard.interrupt();
            connection.disconnect();
        }
    }

    private static void disconnectLater(HttpURLConnection connection) {
        try {
            Thread.sleep(2L * TIMEOUT_MILLIS);
            connection.disconnect();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the response is complete
        }
    }
}
