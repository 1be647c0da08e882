package io.github.arc4j.actions.internal.tls;

import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAPublicKey;

/**
 * Limits the certificates that a server presents, before the JDK examines them. Whoever chooses a certificate authority
 * for a scale set can present any, for which the JDK needs memory without bound, or minutes that nothing interrupts.
 */
final class ChainLimits {
    private static final int MAX_CERTIFICATES = 10;

    /** Of all certificates in bytes. A connection keeps them as long as it exists. */
    private static final int MAX_LENGTH = 20 * 1024;

    /** In all certificates, such as names of servers; each takes 160 bytes. A usual certificate has 70. */
    private static final int MAX_VALUES = 1_500;

    /**
     * In the name constraints of all certificates; each name has two. The JDK's time to combine them grows with the
     * third power of their number.
     */
    private static final int MAX_CONSTRAINT_VALUES = 300;

    /** The JDK combines each policy of a certificate with each one of the next; usually, there are 2 or 3 in each. */
    private static final long MAX_POLICY_NODES = 20_000;

    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final String POLICIES = "2.5.29.32";
    private static final String POLICY_MAPPINGS = "2.5.29.33";

    private static final int MAX_MODULUS = 8192;

    /** Usually 17; the time of a check is proportional to it. */
    private static final int MAX_EXPONENT = 64;

    private ChainLimits() {}

    /** @throws CertificateException if the chain exceeds a limit */
    static void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length > MAX_CERTIFICATES) {
            throw new CertificateException("the server presents more than " + MAX_CERTIFICATES + " certificates");
        }
        long nodes = 1;
        int length = 0;
        int values = 0;
        int constraintValues = 0;
        for (X509Certificate certificate : chain) {
            byte[] encoded = certificate.getEncoded();
            length += encoded.length;
            values += DerValues.count(encoded);
            if (length > MAX_LENGTH || values > MAX_VALUES) {
                throw new CertificateException(
                        "the server presents certificates with more than 20 KiB or 1,500 values");
            }
            if (!hasUsualKey(certificate)) {
                throw new CertificateException(
                        "the server presents a certificate with an unusual key: use RSA with at most"
                                + " 8192 bits, or an elliptic curve");
            }
            byte[] constraints = certificate.getExtensionValue(NAME_CONSTRAINTS);
            constraintValues += constraints == null ? 0 : DerValues.count(constraints);
            if (constraintValues > MAX_CONSTRAINT_VALUES) {
                throw new CertificateException("the server presents certificates with too many name constraints");
            }
            nodes *= Math.max(1, elements(certificate, POLICIES) + elements(certificate, POLICY_MAPPINGS));
            if (nodes > MAX_POLICY_NODES) {
                throw new CertificateException("the server presents certificates with too many policies");
            }
        }
    }

    /**
     * Whether a signature by the certificate's key can be checked within milliseconds. The JDK has a fixed set of
     * elliptic curves, but uses a DSA key of any length.
     */
    static boolean hasUsualKey(X509Certificate certificate) {
        PublicKey key = certificate.getPublicKey();
        return key instanceof ECKey
                || key instanceof EdECKey
                || (key instanceof RSAPublicKey rsa
                        && rsa.getModulus().bitLength() <= MAX_MODULUS
                        && rsa.getPublicExponent().bitLength() <= MAX_EXPONENT);
    }

    private static long elements(X509Certificate certificate, String extension) {
        byte[] value = certificate.getExtensionValue(extension);
        return value == null ? 0 : DerValues.elements(value);
    }
}
