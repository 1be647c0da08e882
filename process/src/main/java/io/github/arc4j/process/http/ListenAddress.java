package io.github.arc4j.process.http;

import java.net.InetSocketAddress;

/**
 * The address that a server listens on.
 *
 * @param host name or address without brackets; empty means all addresses
 * @param port 0 means any free port
 */
public record ListenAddress(String host, int port) {
    public ListenAddress {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
        }
    }

    /**
     * Parses {@code :8080}, {@code 0.0.0.0:8080}, {@code [::1]:8080} or {@code 8080}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("invalid listen address: \"" + text + "\" (IPv6 needs brackets)");
        }
        try {
            return new ListenAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "invalid listen address: \"" + text + "\" (must be host:port, :port or port)", e);
        }
    }

    InetSocketAddress socketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
