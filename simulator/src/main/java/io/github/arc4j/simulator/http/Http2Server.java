package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.spi.DelegatingThreadPool;
import org.eclipse.jetty.http.spi.JettyHttpServer;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HostHeaderCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty behind the JDK's server interface, because the JDK's own server does not support HTTP/2. */
final class Http2Server {
    private static final int NO_ERROR = 0;

    private Http2Server() {}

    static HttpServer create(InetSocketAddress address, SSLContext tls, int requestsPerConnection) throws IOException {
        Server server = new Server(new DelegatingThreadPool(Threads.perTask()));
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer(false)); // tests connect by address
        configuration.addCustomizer(new HostHeaderCustomizer()); // URLs in responses contain the host of the call
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(tls);
        ALPNServerConnectionFactory protocols = new ALPNServerConnectionFactory();
        ServerConnector connector = new ServerConnector(
                server,
                new SslConnectionFactory(context, protocols.getProtocol()),
                protocols,
                new HTTP2ServerConnectionFactory(configuration),
                new HttpConnectionFactory(configuration));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.open();
        server.addConnector(connector);
        server.setHandler(new GoAway(new ContextHandlerCollection(), requestsPerConnection));
        JettyHttpServer jdk = new JettyHttpServer(server, true, configuration);
        jdk.bind(new InetSocketAddress(address.getAddress(), connector.getLocalPort()), 0);
        return jdk;
    }

    /**
     * Announces the end of a connection after the given number of requests; requests in progress are still completed.
     */
    private static final class GoAway extends Handler.Wrapper {
        private final int requestsPerConnection;
        private final Map<HTTP2Session, AtomicInteger> requests = new WeakHashMap<>();

        GoAway(Handler handler, int requestsPerConnection) {
            super(handler);
            this.requestsPerConnection = requestsPerConnection;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (request.getConnectionMetaData().getConnection() instanceof HTTP2ServerConnection connection) {
                HTTP2Session session = connection.getSession();
                if (count(session) == requestsPerConnection) {
                    session.goAway(
                            new GoAwayFrame(
                                    newestStream(session), NO_ERROR, "enough".getBytes(StandardCharsets.US_ASCII)),
                            Callback.NOOP);
                }
            }
            return super.handle(request, response, callback);
        }

        private static int newestStream(HTTP2Session session) {
            return session.getStreams().stream()
                    .mapToInt(stream -> stream.getId())
                    .max()
                    .orElse(0);
        }

        private synchronized int count(HTTP2Session session) {
            return requests.computeIfAbsent(session, key -> new AtomicInteger()).incrementAndGet();
        }
    }
}
