package io.github.arc4j.actions;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.internal.tls.AlternativeRoots;
import io.github.arc4j.actions.internal.tls.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {
    @TempDir
    private Path directory;

    @Test
    void aBundleOfAllPublicAuthoritiesIsRead() throws Exception {
        KeyStore store = KeyStore.getInstance(
                Path.of(System.getProperty("java.home"), "lib", "security", "cacerts")
                        .toFile(),
                (char[]) null);
        StringBuilder bundle = new StringBuilder();
        for (String alias : Collections.list(store.aliases())) {
            bundle.append(Certificates.pem(store.getCertificate(alias)));
        }
        assertThat(Trust.check(bundle.toString())).hasSizeGreaterThan(100);
    }

    @Test
    void certificatesWithManyNamesAreRefused() throws Exception {
        String names = IntStream.range(1000, 3000).mapToObj(i -> "dns:" + i).collect(joining(","));
        String authority = new Certificates(directory).createAuthority("many", "san=" + names);
        assertThat(Trust.check(authority)).hasSize(1);
        assertRefused(authority.repeat(15), "consist of more than 30,000 values");
    }

    @Test
    void manyCertificatesAreRefused() throws Exception {
        String authority = new Certificates(directory).createAuthority("ours");
        assertThat(Trust.check(authority.repeat(300))).hasSize(300);
        assertRefused(authority.repeat(301), "are more than 300");
    }

    @Test
    void aLargeCertificateAndALongTextAreRefused() throws Exception {
        String authority = new Certificates(directory).createAuthority("large", "san=uri:http://" + "x".repeat(17_000));
        assertRefused(authority, "include one of more than 16 KiB");
        assertRefused("#".repeat(512 * 1024) + authority, "have more than 512 KiB");
    }

    @Test
    void manyAuthoritiesWithTheSameSubjectAreRefused() throws Exception {
        StringBuilder bundle = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            bundle.append(new Certificates(Files.createDirectory(directory.resolve("ca" + i))).createAuthority("ours"));
        }
        assertThat(Trust.check(bundle.toString())).hasSize(8);
        bundle.append(new Certificates(directory).createAuthority("ours"));
        assertRefused(bundle.toString(), "include more than 8 with the same subject");
    }

    /** The JDK would combine each policy of a certificate with each one of the next, without a limit. */
    @ParameterizedTest
    @ValueSource(strings = {"2.5.29.32", "2.5.29.33"})
    void aServersChainWithManyPoliciesIsRefusedBeforeItIsExamined(String extension) throws Exception {
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
        assertRefused(certificate.repeat(2), "consist of more than 30,000 values");
    }

    private static void assertRefused(String pem, String problem) {
        assertThatThrownBy(() -> Trust.check(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the certificates " + problem
                        + (problem.endsWith("values") ? ", such as names of servers" : "")
                        + ": keep only those of the authorities that issue the server's certificate");
    }

    @Test
    void aMutatedAuthorityIsReadOrRefused() throws Exception {
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
