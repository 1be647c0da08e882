package io.github.arc4j.actions;

/**
 * An HTTP proxy.
 *
 * @param tls whether the connection to the proxy itself is encrypted ({@code https://} proxies); the proxy's
 *     certificate is verified in the same way as GitHub's
 * @param host host name or address
 * @param port port
 * @param user user for Basic authentication; empty if the proxy requires none
 * @param password password, a secret
 */
public record HttpProxy(boolean tls, String host, int port, String user, String password) {
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port;
    }
}
