package io.github.arc4j.actions.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads RSA keys in PEM format, PKCS#1 ({@code RSA PRIVATE KEY}, as issued by GitHub) and PKCS#8. */
public final class PrivateKeys {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (RSA PRIVATE KEY|PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    /** AlgorithmIdentifier rsaEncryption (1.2.840.113549.1.1.1) without parameters. */
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** GitHub's keys have 2048 bits. With this many, a signature takes 60 ms without the JVM's best optimizations. */
    private static final int MAX_BITS = 4096;

    /** Bits of the public exponent, usually 17. */
    private static final int MAX_EXPONENT = 64;

    /** In bits of the primes, usually 0: the longer one determines the time. */
    private static final int MAX_DIFFERENCE = 16;

    private PrivateKeys() {}

    /**
     * Parses a key.
     *
     * @throws IllegalArgumentException if the key is invalid; the message contains no part of the key
     */
    public static RSAPrivateKey parse(String pem) {
        Matcher block = PEM.matcher(pem);
        if (!block.find()) {
            throw failure("no RSA key found");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = block.group(1).startsWith("RSA") ? wrap(der) : der;
            return checked(
                    (RSAPrivateKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw failure("invalid key");
        }
    }

    /**
     * Rejects a key with which a signature would take very long. The JDK limits only the modulus, and computes with the
     * other numbers of the key whatever their size: a key of 100 KB would occupy a processor for hours, and nothing can
     * interrupt that. Without the numbers for the Chinese remainder theorem, which usual keys have, it takes four times
     * as long.
     *
     * @throws IllegalArgumentException if the key is too long, lacks numbers, or its numbers do not belong together
     */
    public static RSAPrivateKey checked(RSAPrivateKey key) {
        int bits = key.getModulus().bitLength();
        if (bits > MAX_BITS || !isConsistent(key)) {
            throw failure("invalid key");
        }
        return key;
    }

    private static boolean isConsistent(RSAPrivateKey key) {
        BigInteger modulus = key.getModulus();
        if (!(key instanceof RSAPrivateCrtKey crt)) {
            return false;
        }
        BigInteger p = crt.getPrimeP();
        BigInteger q = crt.getPrimeQ();
        return isBelow(modulus, key.getPrivateExponent(), crt.getPublicExponent(), p, q)
                && crt.getPublicExponent().bitLength() <= MAX_EXPONENT
                && Math.abs(p.bitLength() - q.bitLength()) <= MAX_DIFFERENCE
                && p.multiply(q).equals(modulus)
                && isBelow(p, crt.getPrimeExponentP(), crt.getCrtCoefficient())
                && isBelow(q, crt.getPrimeExponentQ());
    }

    private static boolean isBelow(BigInteger limit, BigInteger... numbers) {
        return Stream.of(numbers).allMatch(number -> number.signum() > 0 && number.compareTo(limit) < 0);
    }

    private static IllegalArgumentException failure(String reason) {
        return new IllegalArgumentException("failed to parse RSA private key from PEM: " + reason);
    }

    /** Converts PKCS#1 to PKCS#8, a sequence of version, algorithm and an octet string that contains the PKCS#1 key. */
    private static byte[] wrap(byte[] pkcs1) {
        return element(0x30, VERSION, RSA, element(0x04, pkcs1));
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < 0x80) {
            element.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(length >> (8 * i));
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
