package io.github.arc4j.actions.internal.tls;

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
    /** The certificate authorities of the JDK, read on first use. */
    Roots JDK = check -> check.against(OfTheJdk.MANAGER);

    /** A check for a trust manager to perform. */
    @FunctionalInterface
    interface Check {
        /** @throws CertificateException if the certificates are not trusted */
        void against(X509ExtendedTrustManager manager) throws CertificateException;
    }

    /** @throws CertificateException if none of these authorities vouches for the server */
    void examine(Check check) throws CertificateException;

    /**
     * Returns a trust manager of the JDK.
     *
     * @param store the certificate authorities, null for those of the JDK
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

    /** Uses the given certificate authorities; an empty collection vouches for no server. */
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

    /** Holds the JDK's authorities, loaded on first use. */
    final class OfTheJdk {
        private static final X509ExtendedTrustManager MANAGER = manager(null);

        private OfTheJdk() {}
    }
}
