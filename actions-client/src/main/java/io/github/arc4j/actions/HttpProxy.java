package io.github.arc4j.actions;

/**
 * An HTTP proxy.
 *
 * @param host host name or address
 * @param port port
 * @param user user for Basic authentication, empty for none
 * @param password password, a secret
 */
public record HttpProxy(String host, int port, String user, String password) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
