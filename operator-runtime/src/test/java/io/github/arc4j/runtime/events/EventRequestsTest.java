package io.github.arc4j.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An API server that responds with what cannot be parsed. */
class EventRequestsTest {
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final KubernetesApi api;
    private final EventRequests requests;

    EventRequestsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", exchange -> {
            accepted.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Accept"));
            byte[] body = "{\"apiVersion\":".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        api = TestKube.connect(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "test", new CollectorRegistry());
        requests = new EventRequests(api);
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    /** Users may add to an Event what takes much memory as an object. */
    @Test
    void onlyMetadataIsRequestedAndNotParsed() {
        EventSeries.Key key = new EventSeries.Key("uid", EventRecorder.Type.NORMAL, "Reason", "message");
        Event event = new EventSeries(key, new ObjectReference(), Instant.EPOCH).event("test");

        requests.create(event);
        assertThat(requests.updateCount(event)).isTrue();

        String metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
        assertThat(accepted).containsExactly("POST " + metadata, "PATCH " + metadata);
    }
}
