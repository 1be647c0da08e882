package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.internal.tls.Trust;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
    @Test
    void aMutatedAuthorityIsReadOrRefused(@TempDir Path directory) throws Exception {
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
