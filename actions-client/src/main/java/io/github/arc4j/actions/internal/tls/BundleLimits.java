package io.github.arc4j.actions.internal.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Limits the certificates that a user adds. They are kept in memory as long as the client, and the author of a scale set
 * chooses them for a process that others share. The usual bundle of all public authorities has 150 certificates in 220
 * KiB, with 10,000 values.
 */
final class BundleLimits {
    /** Characters. */
    private static final int MAX_LENGTH = 512 * 1024;

    private static final int MAX_CERTIFICATES = 300;

    /** Bytes. */
    private static final int MAX_CERTIFICATE = 16 * 1024;

    /**
     * In all certificates. A value takes 3 bytes in a certificate, and 100 bytes in memory: names of a server, parts of
     * a name, policies.
     */
    private static final int MAX_VALUES = 30_000;

    /** The JDK tries each of them if one of them is the issuer of a server's certificate. */
    private static final int MAX_OF_SUBJECT = 8;

    private BundleLimits() {}

    /** @throws IllegalArgumentException if the PEM text is too long */
    static void checkText(String pem) {
        require(pem.length() <= MAX_LENGTH, "have more than 512 KiB");
    }

    /** @throws IllegalArgumentException if certificates in DER format would take too much memory */
    static void checkEncoded(List<byte[]> certificates) {
        require(certificates.size() <= MAX_CERTIFICATES, "are more than " + MAX_CERTIFICATES);
        int values = 0;
        for (byte[] der : certificates) {
            require(der.length <= MAX_CERTIFICATE, "include one of more than 16 KiB");
            values += DerValues.count(der);
            require(values <= MAX_VALUES, "consist of more than 30,000 values, such as names of servers");
        }
    }

    /** @throws IllegalArgumentException if a handshake with these authorities could take long */
    static void checkAuthorities(List<Certificate> certificates) {
        Map<X500Principal, Integer> subjects = new HashMap<>();
        for (Certificate certificate : Set.copyOf(certificates)) {
            X509Certificate authority = (X509Certificate) certificate;
            require(
                    ChainLimits.hasUsualKey(authority),
                    "include one with an unusual key: neither RSA with at most 8192 bits nor an elliptic curve");
            require(
                    subjects.merge(authority.getSubjectX500Principal(), 1, Integer::sum) <= MAX_OF_SUBJECT,
                    "include more than " + MAX_OF_SUBJECT + " with the same subject");
        }
    }

    private static void require(boolean fulfilled, String problem) {
        if (!fulfilled) {
            throw new IllegalArgumentException("the certificates " + problem
                    + ": keep only those of the authorities that issue the server's certificate");
        }
    }
}
