package io.github.arc4j.actions.internal.http;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.internal.tls.AlternativeRoots;
import io.github.arc4j.actions.internal.tls.Trust;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings of connections; clients with equal settings may share connections.
 *
 * @param host host of the config URL; keeps problems of one GitHub installation from affecting another
 * @param trust the TLS context, null for one that trusts {@code system} and {@code roots}
 * @param system the certificate authorities of the system
 * @param roots additional trusted certificates in PEM format; empty if there are none
 */
public record ConnectionSettings(
        String host,
        ProxySettings proxies,
        @Nullable SSLContext trust,
        AlternativeRoots system,
        String roots,
        Duration connectTimeout) {
    SSLContext sslContext() {
        if (trust != null) {
            return trust;
        }
        return roots.isEmpty() ? system.context() : Trust.with(roots, system);
    }
}
