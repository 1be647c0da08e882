package io.github.arc4j.actions.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trust in certificates of one's own beside those of the system. */
public final class Trust {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----");

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private Trust() {}

    /**
     * A context that trusts the system's roots and these certificates.
     *
     * @param pem one or more certificates; other text around them is ignored
     * @throws IllegalArgumentException if there is none that can be read
     */
    public static SSLContext with(String pem) {
        List<Certificate> own = check(pem);
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate root : systemRoots()) {
                store.setCertificateEntry("system-" + number++, root);
            }
            for (Certificate certificate : own) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    /**
     * The certificates in a text.
     *
     * @throws IllegalArgumentException if there is none that can be read
     */
    public static List<Certificate> check(String pem) {
        List<Certificate> own = certificates(pem);
        if (own.isEmpty()) {
            throw new IllegalArgumentException("failed to parse root certificate");
        }
        return own;
    }

    /** What the JDK trusts. */
    static SSLContext ofTheJdk() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    private static List<Certificate> certificates(String pem) {
        List<Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            try {
                certificates.add(CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Base64.getMimeDecoder().decode(block.group(1)))));
            } catch (CertificateException | IllegalArgumentException e) {
                LOG.warn("Skipping a root certificate that can't be read: {}", e.getMessage());
            }
        }
        return certificates;
    }

    private static List<X509Certificate> systemRoots() throws GeneralSecurityException {
        for (TrustManager manager : managers(null).getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return List.of(x509.getAcceptedIssuers());
            }
        }
        return List.of();
    }

    private static TrustManagerFactory managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
