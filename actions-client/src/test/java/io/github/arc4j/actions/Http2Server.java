package io.github.arc4j.actions;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.core.Options;
import com.github.tomakehurst.wiremock.extension.Parameters;
import com.github.tomakehurst.wiremock.extension.ServeEventListener;
import com.github.tomakehurst.wiremock.http.AdminRequestHandler;
import com.github.tomakehurst.wiremock.http.HttpServer;
import com.github.tomakehurst.wiremock.http.HttpServerFactory;
import com.github.tomakehurst.wiremock.http.StubRequestHandler;
import com.github.tomakehurst.wiremock.jetty11.Jetty11HttpServer;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory.HTTP2SessionContainer;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.NullUnmarked;

/** A GitHub that speaks HTTP/2, as the real one does and the JDK's test server does not. */
@NullUnmarked
final class Http2Server implements AutoCloseable {
    /** As hosts of clients that come through a proxy. */
    static final String BASE = "https://github.test";

    private static final int NO_ERROR = 0;

    private final AtomicReference<Held> held = new AtomicReference<>();
    private final WireMockServer server;
    private final String authority;
    private volatile Jetty jetty;

    Http2Server(Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        authority = certificates.createAuthority("ours");
        certificates.createServer("ours", "ip:127.0.0.1,dns:github.test");
        server = new WireMockServer(options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .extensions(new JettyFactory(), new Holding())
                .keystorePath(certificates.serverStore().toString())
                .keystoreType("PKCS12")
                .keystorePassword(Certificates.PASSWORD)
                .keyManagerPassword(Certificates.PASSWORD));
        server.start();
        on(any(anyUrl()).willReturn(okJson("{\"id\":5}").withFixedDelay(20)));
        on(post(urlPathMatching(".*/registration-token"))
                .willReturn(okJson("{\"token\":\"t\"}").withStatus(201)));
    }

    int port() {
        return server.httpsPort();
    }

    void on(MappingBuilder stub) {
        server.stubFor(stub);
    }

    /** What came in. */
    List<ServeEvent> events() {
        return server.getAllServeEvents();
    }

    void forgetEvents() {
        server.resetRequests();
    }

    /** How often a call whose path ends so came in. */
    long calls(String end) {
        return events().stream()
                .filter(event ->
                        event.getRequest().getUrl().replaceFirst("\\?.*", "").endsWith(end))
                .count();
    }

    /** A client that trusts this server and does not repeat calls. */
    ActionsClient.Builder client(String base, ProxySettings proxy) {
        String token =
                FakeGitHub.jwt("{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}");
        on(post(urlPathMatching(".*/runner-registration"))
                .willReturn(okJson("{\"url\":\"" + base + "/tenant\",\"token\":\"" + token + "\"}")));
        return ActionsClient.builder(ConfigUrl.parse(base + "/org"), () -> new PersonalAccessToken("x"))
                .trust(authority)
                .proxy(proxy)
                .retry(RetrySettings.NONE);
    }

    /** Keeps back the response to the next call whose path ends so. */
    Held hold(String path) {
        Held next = new Held(path);
        held.set(next);
        return next;
    }

    /** Announces the end of each connection: what came after its n-th request from the end is not processed. */
    void goAway(int unprocessed) {
        jetty.sessions().forEach(session -> {
            int last = session.getStreams().stream()
                    .mapToInt(stream -> stream.getId())
                    .max()
                    .orElse(Integer.MAX_VALUE); // it does nothing at the moment
            session.goAway(
                    new GoAwayFrame(last - 2 * unprocessed, NO_ERROR, "bye".getBytes(StandardCharsets.US_ASCII)),
                    Callback.NOOP);
        });
    }

    /** Ends all connections. */
    void disconnect() {
        jetty.sessions().forEach(session -> session.getEndPoint().close());
    }

    @Override
    public void close() {
        server.stop();
    }

    /** A call whose response waits. */
    static final class Held {
        private final String path;
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private Held(String path) {
            this.path = path;
        }

        void awaitArrival() throws InterruptedException {
            if (!arrived.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("no call of " + path);
            }
        }

        void release() {
            released.countDown();
        }

        private void pass() {
            arrived.countDown();
            try {
                released.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the server stops
            }
        }
    }

    private final class Holding implements ServeEventListener {
        @Override
        public String getName() {
            return "holding";
        }

        @Override
        public void beforeResponseSent(ServeEvent event, Parameters parameters) {
            Held next = held.get();
            if (next != null && event.getRequest().getUrl().contains(next.path) && held.compareAndSet(next, null)) {
                next.pass();
            }
        }
    }

    private final class JettyFactory implements HttpServerFactory {
        @Override
        public HttpServer buildHttpServer(Options options, AdminRequestHandler admin, StubRequestHandler stubs) {
            jetty = new Jetty(options, admin, stubs);
            return jetty;
        }
    }

    private static final class Jetty extends Jetty11HttpServer {
        Jetty(Options options, AdminRequestHandler admin, StubRequestHandler stubs) {
            super(options, admin, stubs);
        }

        List<HTTP2Session> sessions() {
            return Arrays.stream(jettyServer.getConnectors())
                    .map(connector -> connector.getConnectionFactory(HTTP2ServerConnectionFactory.class))
                    .filter(Objects::nonNull)
                    .map(factory -> factory.getBean(HTTP2SessionContainer.class).getSessions())
                    .flatMap(Collection::stream)
                    .map(HTTP2Session.class::cast)
                    .toList();
        }
    }
}
