package io.github.arc4j.controller.github.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.vault.CertificateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in the controller's pod that a tenant specifies as client certificate of a vault. */
class VaultCertificatesTest {
    @TempDir
    Path root;

    private Path directory;
    private VaultCertificates certificates;

    @BeforeEach
    void mount() throws IOException {
        directory = Files.createDirectory(root.resolve("certificates"));
        certificates = new VaultCertificates(Optional.of(new CertificateDirectory(directory)));
        mountSecret("team-a");
        mountSecret("team-b");
        Files.writeString(root.resolve("outside.pem"), "outside");
        Path folder = directory.resolve("team-a");
        Files.createSymbolicLink(folder.resolve("outside.pem"), root.resolve("outside.pem"));
        Files.createSymbolicLink(folder.resolve("zero.pem"), Path.of("/dev/zero"));
        Files.createDirectory(folder.resolve("folder.pem"));
    }

    /** Mounts a Secret as the kubelet does. */
    private void mountSecret(String namespace) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(namespace));
        Path version = Files.createDirectory(folder.resolve("..2026_01_01"));
        Files.writeString(version.resolve("client.pem"), "certificate");
        Files.createSymbolicLink(folder.resolve("..data"), version.getFileName());
        Files.createSymbolicLink(folder.resolve("client.pem"), Path.of("..data", "client.pem"));
    }

    @Test
    void aFileInTheNamespacesDirectoryIsAccepted() {
        assertThatCode(() -> certificates.check("team-a", directory + "/team-a/client.pem"))
                .doesNotThrowAnyException();
        assertThatCode(() -> certificates.check("team-a", directory + "/team-b/../team-a/client.pem"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DIRECTORY/team-b/client.pem",
                "DIRECTORY/team-a/../team-b/client.pem",
                "DIRECTORY/team-a-and-more/client.pem",
                "DIRECTORY/team-a/missing.pem",
                "DIRECTORY/team-a/outside.pem",
                "DIRECTORY/team-a/zero.pem",
                "DIRECTORY/team-a/folder.pem",
                "DIRECTORY/team-a",
                "DIRECTORY/../outside.pem",
                "/dev/zero",
                "/etc/passwd",
                "/no/such/file",
                "client.pem",
                "with\0zero",
                ""
            })
    void everyOtherPathIsRefusedWithTheSameMessage(String path) {
        assertThatThrownBy(() -> certificates.check("team-a", path.replace("DIRECTORY", directory.toString())))
                .isInstanceOf(GitHubAccessException.class)
                .hasMessage("spec.vaultConfig.azureKeyVault.certificatePath must name a file in " + directory
                        + "/team-a, where the operator puts it");
    }

    /** Opening a named pipe would block until another process writes to it. */
    @Test
    void aPipeIsRefusedWithoutBeingOpened() throws Exception {
        Path pipe = directory.resolve("team-a").resolve("pipe.pem");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> certificates.check("team-a", pipe.toString()))
                .isInstanceOf(GitHubAccessException.class);
    }

    @Test
    void anyFileIsAcceptedIfTheOperatorAllowsIt() {
        assertThatCode(() -> VaultCertificates.parse("any").check("team-a", "/akv/client.pem"))
                .doesNotThrowAnyException();
        assertThat(VaultCertificates.parse("/certificates/").directory())
                .contains(new CertificateDirectory(Path.of("/certificates")));
        assertThatIllegalArgumentException().isThrownBy(() -> VaultCertificates.parse("certificates"));
    }
}
