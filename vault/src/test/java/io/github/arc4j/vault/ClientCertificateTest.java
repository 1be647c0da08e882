package io.github.arc4j.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.azure.ClientKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificateTest {
    private static final int MUTATIONS_OF_EACH_FORM = 150;

    @TempDir
    private Path directory;

    /** Bytes are changed, and the end is cut off: what cannot be read gives the exception that callers know. */
    @Test
    void aMutatedFileIsReadOrRejected() throws Exception {
        ClientKey key = ClientKey.create(directory);
        Random random = new Random(1);
        Path file = directory.resolve("mutated");
        int refused = 0;
        for (Path form : List.of(key.pem(), key.pemOfPkcs1(), key.pkcs12())) {
            byte[] valid = Files.readAllBytes(form);
            for (int i = 0; i < MUTATIONS_OF_EACH_FORM; i++) {
                byte[] mutated = valid.clone();
                for (int change = random.nextInt(3); change >= 0; change--) {
                    mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                }
                int length = random.nextInt(4) == 0 ? random.nextInt(mutated.length) : mutated.length;
                Files.write(file, Arrays.copyOf(mutated, length));
                try {
                    assertThat(ClientCertificate.read(file).key()).isNotNull();
                } catch (VaultException e) {
                    assertThat(e.reason()).isEqualTo(VaultException.Reason.INVALID_CONFIGURATION);
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
    }
}
