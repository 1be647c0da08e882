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

    private static final Logger log = LoggerFactory.getLogger(Trust.class);

    private Trust() {}

    /**
     * Creates a TLS context that trusts these certificates and the system's.
     *
     * @param pem one or more certificates; surrounding text is ignored
     * @throws IllegalArgumentException if no certificate can be read, or the text exceeds the {@link BundleLimits}
     */
    public static SSLContext with(String pem, AlternativeRoots system) {
        return system.after(Roots.of(check(pem))).context();
    }

    /**
     * Parses the certificates in a text.
     *
     * @throws IllegalArgumentException if no certificate can be read, or the text exceeds the {@link BundleLimits}
     */
    public static List<Certificate> check(String pem) {
        BundleLimits.checkText(pem);
        List<byte[]> encoded = encoded(pem);
        BundleLimits.checkEncoded(encoded);
        List<Certificate> own = certificates(encoded);
        if (own.isEmpty()) {
            throw new IllegalArgumentException("failed to parse root certificate");
        }
        BundleLimits.checkAuthorities(own);
        return own;
    }

    /** Returns the readable certificates in a text, however many there are: that of the system is trusted. */
    static List<Certificate> certificates(String pem) {
        return certificates(encoded(pem));
    }

    /** Returns the certificates in a text in DER format. */
    private static List<byte[]> encoded(String pem) {
        List<byte[]> encoded = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            try {
                encoded.add(Base64.getMimeDecoder().decode(block.group(1)));
            } catch (IllegalArgumentException e) {
                skip(e);
            }
        }
        return encoded;
    }

    private static List<Certificate> certificates(List<byte[]> encoded) {
        List<Certificate> certificates = new ArrayList<>();
        for (byte[] der : encoded) {
            try {
                certificates.add(
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                skip(e);
            }
        }
        return certificates;
    }

    private static void skip(Exception reason) {
        log.warn("Skipping a root certificate that can't be read: {}", reason.getMessage());
    }
}
