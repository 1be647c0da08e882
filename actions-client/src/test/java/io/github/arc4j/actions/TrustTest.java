package io.github.arc4j.actions;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.internal.tls.Trust;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
