package io.github.arc4j.actions.wire;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.internal.proxy.NoProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Selects proxies for the JDK's HTTP client according to the settings. */
public final class ProxyRoutes extends ProxySelector {
    /**
     * System property that lists the authentication schemes that the JDK disables for tunnels. The JDK reads it once,
     * before the first request.
     */
    public static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private final ProxySettings settings;
    private final NoProxy direct;
    private final Function<HttpProxy, InetSocketAddress> addresses;

    /** Routes to each proxy's own address, which the client resolves. */
    public ProxyRoutes(ProxySettings settings) {
        this(settings, ProxyRoutes::address);
    }

    /** @param addresses the address at which to reach a proxy */
    public ProxyRoutes(ProxySettings settings, Function<HttpProxy, InetSocketAddress> addresses) {
        this.settings = settings;
        this.direct = NoProxy.parse(settings.noProxy());
        this.addresses = addresses;
    }

    /** Returns the unresolved address of a proxy. */
    public static InetSocketAddress address(HttpProxy proxy) {
        return InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(proxyFor(uri)
                .map(proxy -> new Proxy(Proxy.Type.HTTP, addresses.apply(proxy)))
                .orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

    /**
     * Adds the proxy's credentials. Only the proxy receives them: the JDK's client does not send them through a tunnel.
     */
    public void authenticate(URI uri, HttpRequest.Builder request) {
        proxyFor(uri)
                .filter(proxy -> !proxy.user().isEmpty())
                .ifPresent(proxy -> request.header("Proxy-Authorization", basic(proxy)));
    }

    /** Returns the proxy for a target; empty for a direct connection. */
    public Optional<HttpProxy> proxyFor(URI uri) {
        Optional<HttpProxy> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? settings.https() : settings.http();
        return proxy.filter(p -> !direct.matches(uri));
    }

    private static String basic(HttpProxy proxy) {
        byte[] pair = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
