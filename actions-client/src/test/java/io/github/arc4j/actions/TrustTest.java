package io.github.arc4j.actions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.internal.tls.AlternativeRoots;
import io.github.arc4j.actions.internal.tls.Trust;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {
    private static final String UNUSUAL_KEY =
            "include one with an unusual key: neither RSA with at most 8192 bits nor an elliptic curve";

    @TempDir
    private Path directory;

    @Test
    void aBundleOfAllPublicAuthoritiesIsRead() throws Exception {
        StringBuilder bundle = new StringBuilder();
        for (X509Certificate authority : publicAuthorities()) {
            bundle.append(Certificates.pem(authority));
        }
        assertThat(Trust.check(bundle.toString())).hasSizeGreaterThan(100);
    }

    private static List<X509Certificate> publicAuthorities() throws Exception {
        KeyStore store = KeyStore.getInstance(
                Path.of(System.getProperty("java.home"), "lib", "security", "cacerts")
                        .toFile(),
                (char[]) null);
        List<X509Certificate> authorities = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            authorities.add((X509Certificate) store.getCertificate(alias));
        }
        return authorities;
    }

    @Test
    void certificatesWithManyNamesAreRejected() throws Exception {
        String names = IntStream.range(1000, 3000).mapToObj(i -> "dns:" + i).collect(joining(","));
        String authority = new Certificates(directory).createAuthority("many", "san=" + names);
        assertThat(Trust.check(authority)).hasSize(1);
        assertRejected(authority.repeat(15), "consist of more than 30,000 values");
    }

    @Test
    void manyCertificatesAreRejected() throws Exception {
        String authority = new Certificates(directory).createAuthority("ours");
        assertThat(Trust.check(authority.repeat(300))).hasSize(300);
        assertRejected(authority.repeat(301), "are more than 300");
    }

    @Test
    void aLargeCertificateAndALongTextAreRejected() throws Exception {
        String authority = new Certificates(directory).createAuthority("large", "san=uri:http://" + "x".repeat(17_000));
        assertRejected(authority, "include one of more than 16 KiB");
        assertRejected("#".repeat(512 * 1024) + authority, "have more than 512 KiB");
    }

    @Test
    void manyAuthoritiesWithTheSameSubjectAreRejected() throws Exception {
        StringBuilder bundle = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            bundle.append(new Certificates(Files.createDirectory(directory.resolve("ca" + i))).createAuthority("ours"));
        }
        assertThat(Trust.check(bundle.toString())).hasSize(8);
        bundle.append(new Certificates(directory).createAuthority("ours"));
        assertRejected(bundle.toString(), "include more than 8 with the same subject");
    }

    /** The JDK would combine each policy of a certificate with each one of the next, without a limit. */
    @ParameterizedTest
    @ValueSource(strings = {"2.5.29.32", "2.5.29.33"})
    void aServersChainWithManyPoliciesIsRejectedBeforeItIsExamined(String extension) throws Exception {
        Certificates certificates = new Certificates(directory);
        X509Certificate usual = certificateOf(certificates.createAuthority("usual", extension + "=" + policies(3)));
        X509Certificate hostile =
                certificateOf(certificates.createAuthority("hostile", extension + "=" + policies(100)));
        assertThatThrownBy(() -> check(hostile, hostile, hostile))
                .isInstanceOf(CertificateException.class)
                .hasMessage("the server presents certificates with too many policies");
        assertThatThrownBy(() -> check(usual, usual, usual))
                .hasMessageContaining("unable to find valid certification path");
        X509Certificate[] chain = new X509Certificate[11];
        Arrays.fill(chain, usual);
        assertThatThrownBy(() -> check(chain)).hasMessage("the server presents more than 10 certificates");
    }

    /** A connection that is kept for the next request keeps them in memory. */
    @Test
    void aServersChainThatTakesMuchMemoryIsRejected() throws Exception {
        Certificates certificates = new Certificates(directory);
        X509Certificate usual = certificateOf(certificates.createAuthority("usual", names(400, 20)));
        assertThatThrownBy(() -> check(usual, usual)).hasMessageContaining("unable to find valid certification path");
        for (String hostile : List.of(names(750, 1), names(90, 120))) {
            X509Certificate certificate =
                    certificateOf(certificates.createAuthority("hostile" + hostile.length(), hostile));
            assertThatThrownBy(() -> check(certificate, certificate))
                    .isInstanceOf(CertificateException.class)
                    .hasMessage("the server presents certificates with more than 20 KiB or 1,500 values");
        }
    }

    private static String names(int number, int length) {
        return "san="
                + IntStream.range(0, number)
                        .mapToObj(i -> "dns:" + "x".repeat(length))
                        .collect(Collectors.joining(","));
    }

    /** The time in which the JDK checks a signature is proportional to the length of the exponent. */
    @Test
    void aKeyWithALongExponentIsRejected() throws Exception {
        X509Certificate usual = publicAuthorities().stream()
                .filter(authority -> authority.getPublicKey() instanceof RSAPublicKey key
                        && numbers(key.getModulus(), key.getPublicExponent()).length() == 266)
                .findFirst()
                .orElseThrow();
        RSAPublicKey key = (RSAPublicKey) usual.getPublicKey();
        // Of the same length in DER.
        String hostileNumbers = numbers(
                BigInteger.ONE.shiftLeft(1040).subtract(BigInteger.ONE),
                BigInteger.ONE.shiftLeft(1030).add(BigInteger.ONE));
        byte[] hostile = new String(usual.getEncoded(), ISO_8859_1)
                .replace(numbers(key.getModulus(), key.getPublicExponent()), hostileNumbers)
                .getBytes(ISO_8859_1);
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(hostile));
        assertThat(((RSAPublicKey) certificate.getPublicKey())
                        .getPublicExponent()
                        .bitLength())
                .isEqualTo(1031);
        assertThatThrownBy(() -> check(certificate))
                .isInstanceOf(CertificateException.class)
                .hasMessage(
                        "the server presents a certificate with an unusual key: use RSA with at most 8192 bits, or an"
                                + " elliptic curve");
        assertRejected(Certificates.pem(certificate), UNUSUAL_KEY);
    }

    /** The JDK checks signatures with DSA keys of any length. */
    @Test
    void aDsaKeyIsRejected() throws Exception {
        Certificates certificates = new Certificates(directory);
        String authority = certificates.createAuthority("dsa", "bc:c", "DSA");
        assertRejected(authority, UNUSUAL_KEY);
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(authority.getBytes(ISO_8859_1)));
        assertThatThrownBy(() -> check(certificate)).hasMessageContaining("an unusual key");
    }

    /** The JDK's time to combine them grows with the third power of their number. */
    @Test
    void aServersChainWithManyNameConstraintsIsRejectedBeforeItIsExamined() throws Exception {
        Certificates certificates = new Certificates(directory);
        X509Certificate usual = certificateOf(certificates.createAuthority("usual", "2.5.29.30=" + permitted(60)));
        X509Certificate hostile = certificateOf(certificates.createAuthority("hostile", "2.5.29.30=" + permitted(100)));
        assertThatThrownBy(() -> check(usual, usual)).hasMessageContaining("unable to find valid certification path");
        assertThatThrownBy(() -> check(usual, hostile))
                .isInstanceOf(CertificateException.class)
                .hasMessage("the server presents certificates with too many name constraints");
    }

    /** Name constraints that permit one name several times, in DER as hexadecimal digits. */
    private static String permitted(int number) {
        String name = "3004" + "82026161";
        int length = number * name.length() / 2;
        return "3082%04X".formatted(length + 4) + "A082%04X".formatted(length) + name.repeat(number);
    }

    /** The numbers of a public key in DER, one character per byte. */
    private static String numbers(BigInteger modulus, BigInteger exponent) {
        StringBuilder der = new StringBuilder();
        for (BigInteger number : List.of(modulus, exponent)) {
            byte[] bytes = number.toByteArray();
            String length = bytes.length < 0x80 ? "" : bytes.length < 0x100 ? "\u0081" : "\u0082\u0001";
            der.append('\u0002')
                    .append(length)
                    .append((char) (bytes.length & 0xff))
                    .append(new String(bytes, ISO_8859_1));
        }
        return der.toString();
    }

    private static void check(X509Certificate... chain) throws CertificateException {
        AlternativeRoots.JDK.checkServerTrusted(chain, "ECDHE_ECDSA");
    }

    private static X509Certificate certificateOf(String pem) {
        return (X509Certificate) Trust.check(pem).get(0);
    }

    /** The same policy, or mapping, several times, in DER as hexadecimal digits. */
    private static String policies(int number) {
        String policy = "3008" + "06022A03" + "06022A03";
        return "3082%04X".formatted(number * policy.length() / 2) + policy.repeat(number);
    }

    /** A lenient reader accepts other lengths than those of DER. */
    @Test
    void namesInAnInvalidEncodingAreCounted() {
        byte[] der = new byte[16 * 1024];
        der[0] = 0x30;
        der[1] = (byte) 0x80;
        String certificate =
                "-----BEGIN CERTIFICATE-----" + Base64.getEncoder().encodeToString(der) + "-----END CERTIFICATE-----";
        assertRejected(certificate.repeat(2), "consist of more than 30,000 values");
    }

    private static void assertRejected(String pem, String problem) {
        assertThatThrownBy(() -> Trust.check(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the certificates " + problem
                        + (problem.endsWith("values") ? ", such as names of servers" : "")
                        + ": keep only those of the authorities that issue the server's certificate");
    }

    @Test
    void aMutatedAuthorityIsReadOrRejected() throws Exception {
        String authority = new Certificates(directory).createAuthority("ours");
        Random random = new Random(1);
        int read = 0;
        for (int i = 0; i < 2000; i++) {
            try {
                assertThat(Trust.check(Mutations.mutate(authority, random))).isNotEmpty();
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isPositive();
    }
}
