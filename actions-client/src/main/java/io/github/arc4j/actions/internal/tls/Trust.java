package io.github.arc4j.actions.internal.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trust in custom certificates in addition to those of the system. */
public final class Trust {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----");

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private Trust() {}

    /**
     * Creates a TLS context that trusts these certificates and the system's.
     *
     * @param pem one or more certificates; surrounding text is ignored
     * @throws IllegalArgumentException if no certificate can be read
     */
    public static SSLContext with(String pem, AlternativeRoots system) {
        return system.after(Roots.of(check(pem))).context();
    }

    /**
     * Parses the certificates in a text.
     *
     * @throws IllegalArgumentException if no certificate can be read
     */
    public static List<Certificate> check(String pem) {
        List<Certificate> own = certificates(pem);
        if (own.isEmpty()) {
            throw new IllegalArgumentException("failed to parse root certificate");
        }
        return own;
    }

    /** Returns the readable certificates in a text. */
    static List<Certificate> certificates(String pem) {
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
}
