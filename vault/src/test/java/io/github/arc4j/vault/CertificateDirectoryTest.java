package io.github.arc4j.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths belong to a namespace; the tests of the controller's {@code VaultCertificates} access files. */
class CertificateDirectoryTest {
    private static final CertificateDirectory DIRECTORY = CertificateDirectory.parse("/akv/../certificates/");

    @Test
    void isAnAbsolutePath() {
        assertThat(DIRECTORY.path()).isEqualTo(Path.of("/certificates"));
        assertThat(DIRECTORY.of("team-a")).isEqualTo(Path.of("/certificates/team-a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateDirectory.parse("certificates"))
                .withMessage("must be the absolute path of a directory: certificates");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/certificates/team-a/client.pem",
                "/certificates/team-a/folder/client.pem",
                "/certificates/team-b/../team-a/client.pem"
            })
    void includesFilesOfTheNamespace(String path) {
        assertThat(DIRECTORY.includes("team-a", path)).isTrue();
        assertThat(DIRECTORY.contains("team-a", path)).as("a missing file").isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/certificates/team-b/client.pem",
                "/certificates/team-a/../team-b/client.pem",
                "/certificates/team-a-and-more/client.pem",
                "/etc/passwd",
                "certificates/team-a/client.pem",
                "with\0zero",
                ""
            })
    void includesNoOtherFiles(String path) {
        assertThat(DIRECTORY.includes("team-a", path)).isFalse();
        assertThat(DIRECTORY.contains("team-a", path)).isFalse();
    }
}
