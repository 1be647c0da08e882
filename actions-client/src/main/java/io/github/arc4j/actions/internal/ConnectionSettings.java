package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.ProxySettings;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What connections are made with; those that agree in it may be shared.
 *
 * @param host of the config URL: what one installation of GitHub suffers from does not touch another
 * @param trust null means that of the system and of {@code roots}
 * @param system whom the system trusts
 * @param roots certificates in PEM to be trusted as well; empty for none
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
