package io.github.arc4j.actions.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.Collection;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Certificate authorities that may vouch for a server. */
@FunctionalInterface
public interface Roots {
    /** Those of the JDK, read when they are first asked. */
    Roots JDK = check -> check.against(OfTheJdk.MANAGER);

    /** What a trust manager is to check. */
    @FunctionalInterface
    interface Check {
        /** @throws CertificateException if the certificates are not trusted */
        void against(X509ExtendedTrustManager manager) throws CertificateException;
    }

    /** @throws CertificateException if none of these authorities vouches */
    void examine(Check check) throws CertificateException;

    /**
     * A trust manager of the JDK.
     *
     * @param store null for the authorities of the JDK
     */
    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Stream.of(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new KeyStoreException("no trust manager for X.509"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    /** Certificate authorities; none vouch for nobody. */
    static Roots of(Collection<Certificate> authorities) {
        if (authorities.isEmpty()) {
            return check -> {
                throw new CertificateException(new CertPathBuilderException("no certificate authority is known"));
            };
        }
        X509ExtendedTrustManager manager = manager(store(authorities));
        return check -> check.against(manager);
    }

    private static KeyStore store(Collection<Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + number++, authority);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    /** Holds the JDK's authorities once they are needed. */
    final class OfTheJdk {
        private static final X509ExtendedTrustManager MANAGER = manager(null);

        private OfTheJdk() {}
    }
}
