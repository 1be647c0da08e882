package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** The JDK's clients for some proxies and some trust, with their threads and connections. */
final class ConnectionPool implements AutoCloseable {
    private final ProxySettings proxies;
    private final Duration connectTimeout;
    private final Map<HttpProxy, TlsRelay> relays;
    private final HttpClients clients;

    ConnectionPool(ConnectionSettings settings) {
        this.proxies = settings.proxies();
        this.connectTimeout = settings.connectTimeout();
        TunnelCredentials.allow(proxies);
        SSLContext trust = settings.sslContext();
        relays = relays(settings, trust);
        clients = new HttpClients(executor -> HttpClient.newBuilder()
                .connectTimeout(settings.connectTimeout())
                .executor(executor)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(new Selector())
                .sslContext(trust)
                .build());
    }

    ProxySettings proxies() {
        return proxies;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    HttpClients clients() {
        return clients;
    }

    /** Ends the connections, calls under way included. */
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
        return relay == null ? InetSocketAddress.createUnresolved(proxy.host(), proxy.port()) : relay.address();
    }

    private final class Selector extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            return proxies.proxyFor(uri)
                    .map(proxy -> List.of(new Proxy(Proxy.Type.HTTP, address(proxy))))
                    .orElse(List.of(Proxy.NO_PROXY));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }
}
