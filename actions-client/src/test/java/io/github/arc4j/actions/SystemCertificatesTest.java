package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.errors.ConnectionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom clients trust by what the environment says; GitHub's certificate is of an authority that the JDK does not know. */
@NullUnmarked
class SystemCertificatesTest {
    @TempDir
    private static Path certificateFiles;

    private static String authority;
    private static String stranger;
    private static SSLContext serverTls;

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final FakeGitHub github = new FakeGitHub(serverTls);

    @BeforeAll
    static void createCertificates() throws Exception {
        Certificates certificates = new Certificates(certificateFiles);
        authority = certificates.createAuthority("ours");
        stranger = certificates.createAuthority("stranger");
        serverTls = certificates.createServer("ours", "ip:127.0.0.1");
    }

    @BeforeEach
    void serve() {
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));
    }

    @AfterEach
    void stop() {
        github.close();
    }

    private Path write(String file, String text) throws Exception {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private SystemCertificates certificates() {
        return SystemCertificates.fromEnvironment(
                environment, directory.resolve("usual/ca-certificates.crt"), directory.resolve("usual"));
    }

    private ActionsClient.Builder client() {
        return Clients.builder(github, new Waits()).systemCertificates(certificates());
    }

    private static void assertTrusts(ActionsClient.Builder builder) throws Exception {
        try (ActionsClient client = builder.build()) {
            assertThat(client.getRunner(5)).isPresent();
        }
    }

    private static void assertTrustsNot(ActionsClient.Builder builder) {
        try (ActionsClient client = builder.build()) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("PKIX path");
        }
    }

    @Test
    void onlyWhomTheJdkKnowsIsTrustedOfItself() {
        assertTrustsNot(client());
        assertTrustsNot(Clients.builder(github, new Waits()));
    }

    @Test
    void theNamedFileIsTrusted() throws Exception {
        environment.put("SSL_CERT_FILE", write("own.pem", stranger + authority).toString());
        assertTrusts(client());
        environment.put("SSL_CERT_FILE", write("own.pem", stranger).toString());
        assertTrustsNot(client());
    }

    @Test
    void allNamedDirectoriesAreTrusted() throws Exception {
        write("first/a.pem", stranger);
        write("second/deeper/none.pem", authority);
        environment.put("SSL_CERT_DIR", directory.resolve("first") + ":" + directory.resolve("second"));
        assertTrustsNot(client());
        write("second/b.pem", authority);
        assertTrusts(client());
    }

    @Test
    void whatIsMountedOverTheUsualFileOrBesideItIsTrustedUnlessOthersAreNamed() throws Exception {
        write("usual/ca-certificates.crt", authority);
        assertTrusts(client());
        environment.put(
                "SSL_CERT_DIR", write("other/a.pem", stranger).getParent().toString());
        assertTrusts(client());
        environment.put("SSL_CERT_FILE", write("own.pem", stranger).toString());
        assertTrustsNot(client());

        environment.clear();
        Files.delete(directory.resolve("usual/ca-certificates.crt"));
        write("usual/company.pem", authority);
        assertTrusts(client());
    }

    @Test
    void aFileThatCannotBeReadDoesNotHideTheOthers() throws Exception {
        write("usual/ca-certificates.crt", authority);
        environment.put("SSL_CERT_FILE", directory.resolve("missing.pem").toString());
        assertTrusts(client());
        environment.put("SSL_CERT_FILE", write("junk.pem", "junk").toString());
        assertTrusts(client());
        Files.createSymbolicLink(directory.resolve("usual/a-broken-link"), directory.resolve("nowhere"));
        assertTrusts(client());
    }

    @Test
    void certificatesOfGitHubAreTrustedBesideThoseOfTheSystem() throws Exception {
        environment.put("SSL_CERT_FILE", write("own.pem", authority).toString());
        assertTrusts(client().trust(stranger));
        environment.put("SSL_CERT_FILE", write("own.pem", stranger).toString());
        assertTrusts(client().trust(authority));
    }

    @Test
    void aFileMayBeTheOnlyOneThatIsTrusted() throws Exception {
        Path file = write("own.pem", stranger);
        try (ActionsClient client = Clients.builder(github, new Waits())
                .systemCertificates(SystemCertificates.inFile(file))
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ConnectionException.class);
            write("own.pem", authority);
            assertThat(client.getRunner(5)).isPresent();
        }
    }

    @Test
    void aChangedFileIsReadAgain() throws Exception {
        environment.put("SSL_CERT_FILE", write("own.pem", stranger).toString());
        try (ActionsClient client = client().build()) {
            assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ConnectionException.class);
            write("own.pem", stranger + authority);
            assertThat(client.getRunner(5)).isPresent();
        }
    }

    @Test
    void aCertificateForAnotherHostIsReportedAsSuch() throws Exception {
        environment.put("SSL_CERT_FILE", write("own.pem", authority).toString());
        ConfigUrl url = ConfigUrl.parse("https://localhost:" + github.port() + "/org");
        try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken("x"))
                .systemCertificates(certificates())
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("localhost");
        }
    }
}
