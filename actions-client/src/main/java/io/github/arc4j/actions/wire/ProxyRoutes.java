package io.github.arc4j.actions.wire;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
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
import java.util.function.Function;

/** Proxies for the JDK's HTTP client, as settings say. */
public final class ProxyRoutes extends ProxySelector {
    /** System property: authentication that the JDK refuses for tunnels. It is read once, before the first request. */
    public static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private final ProxySettings settings;
    private final Function<HttpProxy, InetSocketAddress> addresses;

    /** Each proxy at its own address, which the client looks up. */
    public ProxyRoutes(ProxySettings settings) {
        this(settings, ProxyRoutes::address);
    }

    /** @param addresses where a proxy is to be reached */
    public ProxyRoutes(ProxySettings settings, Function<HttpProxy, InetSocketAddress> addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    /** The address of a proxy, not looked up yet. */
    public static InetSocketAddress address(HttpProxy proxy) {
        return InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(settings.proxyFor(uri)
                .map(proxy -> new Proxy(Proxy.Type.HTTP, addresses.apply(proxy)))
                .orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

    /** Adds the proxy's credentials. Only the proxy gets them: the JDK's client does not send them through a tunnel. */
    public void authenticate(URI uri, HttpRequest.Builder request) {
        settings.proxyFor(uri)
                .filter(proxy -> !proxy.user().isEmpty())
                .ifPresent(proxy -> request.header("Proxy-Authorization", basic(proxy)));
    }

    private static String basic(HttpProxy proxy) {
        byte[] pair = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
