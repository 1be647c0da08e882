package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.ProxySettings;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What connections are made with; those that agree in it may be shared.
 *
 * @param host of the config URL: what one installation of GitHub suffers from does not touch another
 * @param trust null means the JDK's, or the system's and {@code roots}
 * @param roots certificates in PEM to be trusted as well; empty for none
 */
public record ConnectionSettings(
        String host, ProxySettings proxies, @Nullable SSLContext trust, String roots, Duration connectTimeout) {
    @Nullable SSLContext sslContext() {
        return trust != null || roots.isEmpty() ? trust : Trust.with(roots);
    }
}
