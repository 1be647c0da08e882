package io.github.arc4j.actions.internal.proxy;

import static io.github.arc4j.actions.wire.ProxyRoutes.DISABLED_SCHEMES;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Basic credentials for the proxy of an {@code https} target. The JDK withholds them unless a system property permits
 * them, and it reads that property only once: when its HTTP client is first used in the process.
 */
public final class TunnelCredentials {
    /** Why a proxy received no credentials. */
    public static final String WITHHELD =
            "Java withheld the proxy's credentials; start it with the option -D" + DISABLED_SCHEMES + "= (empty value),"
                    + " since this process used Java's HTTP client before the first client with such a proxy was built,"
                    + " or set that property itself";

    private static final Logger log = LoggerFactory.getLogger(TunnelCredentials.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static boolean configured;
    private static @Nullable Boolean withheld;

    private TunnelCredentials() {}

    /**
     * Sets the property unless it is already set. This takes effect only before the first use of the JDK's HTTP client.
     */
    public static synchronized void allow(ProxySettings proxies) {
        if (proxies.https().filter(proxy -> !proxy.user().isEmpty()).isEmpty()) {
            return;
        }
        configured = true;
        if (System.getProperty(DISABLED_SCHEMES) == null) {
            System.setProperty(DISABLED_SCHEMES, "");
        }
    }

    /**
     * Returns whether credentials are configured that the JDK does not send. The JDK does not expose this, so a tunnel
     * to a local port detects it, once per process and only after a proxy requested credentials. If the credentials are
     * withheld, an error is logged.
     */
    public static synchronized boolean areWithheld() {
        if (configured && withheld == null) {
            withheld = !arriveAtProxy();
            if (withheld) {
                log.error("No proxy that requires credentials can be used for https: {}", WITHHELD);
            }
        }
        return Boolean.TRUE.equals(withheld);
    }

    private static boolean arriveAtProxy() {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            proxy.setSoTimeout((int) LIMIT.toMillis());
            HttpClient client = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(new InetSocketAddress(proxy.getInetAddress(), proxy.getLocalPort())))
                    .build();
            client.sendAsync(
                    HttpRequest.newBuilder(URI.create("https://probe.invalid/"))
                            .header("Proxy-Authorization", "Basic cHJvYmU=")
                            .timeout(LIMIT)
                            .build(),
                    BodyHandlers.discarding());
            try (Socket tunnel = proxy.accept()) {
                tunnel.setSoTimeout((int) LIMIT.toMillis());
                return new BufferedReader(new InputStreamReader(tunnel.getInputStream(), StandardCharsets.US_ASCII))
                        .lines()
                        .takeWhile(line -> !line.isEmpty())
                        .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:"));
            } finally {
                VirtualThreads.shutdownNow(client);
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("Cannot tell whether credentials are sent to proxies: {}", e.getMessage());
            return true;
        }
    }
}
