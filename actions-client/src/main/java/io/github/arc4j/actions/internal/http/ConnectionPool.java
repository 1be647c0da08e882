package io.github.arc4j.actions.internal.http;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.internal.proxy.TlsRelay;
import io.github.arc4j.actions.internal.proxy.TunnelCredentials;
import io.github.arc4j.actions.wire.ProxyRoutes;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** The JDK's HTTP clients for a combination of proxies and trusted certificates, with their threads and connections. */
final class ConnectionPool implements AutoCloseable {
    private final Duration connectTimeout;
    private final Map<HttpProxy, TlsRelay> relays;
    private final ProxyRoutes routes;
    private final HttpClients clients;
    /** How many transports use it; guarded by the {@link ConnectionPools}. */
    int users;

    ConnectionPool(ConnectionSettings settings) {
        this.connectTimeout = settings.connectTimeout();
        TunnelCredentials.allow(settings.proxies());
        SSLContext trust = settings.sslContext();
        relays = relays(settings, trust);
        routes = new ProxyRoutes(settings.proxies(), this::address);
        clients = new HttpClients(executor -> HttpClient.newBuilder()
                .connectTimeout(settings.connectTimeout())
                .executor(executor)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(routes)
                .sslContext(trust)
                .build());
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    ProxyRoutes routes() {
        return routes;
    }

    HttpClients clients() {
        return clients;
    }

    /** Closes the connections and aborts calls in flight. */
    @Override
    public void close() {
        clients.close();
        relays.values().forEach(TlsRelay::close);
    }

    private static Map<HttpProxy, TlsRelay> relays(ConnectionSettings settings, SSLContext trust) {
        return Stream.of(settings.proxies().http(), settings.proxies().https())
                .flatMap(Optional::stream)
                .filter(HttpProxy::tls)
                .distinct()
                .collect(Collectors.toMap(
                        proxy -> proxy, proxy -> new TlsRelay(proxy, trust, settings.connectTimeout())));
    }

    private InetSocketAddress address(HttpProxy proxy) {
        TlsRelay relay = relays.get(proxy);
        return relay == null ? ProxyRoutes.address(proxy) : relay.address();
    }
}
