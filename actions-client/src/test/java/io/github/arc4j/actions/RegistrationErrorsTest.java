package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.ADMIN_CONNECTION;
import static io.github.arc4j.actions.FakeGitHub.CONNECTION_PATH;
import static io.github.arc4j.actions.FakeGitHub.REGISTRATION_TOKEN;
import static io.github.arc4j.actions.FakeGitHub.TOKEN_PATH;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.jwt;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says when it is refused, or GitHub answers nonsense. */
class RegistrationErrorsTest extends ClientOnFakeGitHub {
    @Test
    void tellsWhenCredentialsCannotBeRead() {
        try (ActionsClient broken = ActionsClient.builder(github.config(), () -> {
                    throw new IOException("the vault is sealed");
                })
                .build()) {
            assertThatThrownBy(() -> broken.getRunner(5))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessage("failed to get the credentials: the vault is sealed")
                    .hasCauseInstanceOf(IOException.class)
                    .satisfies(
                            e -> assertThat(((ActionsException) e).retryable()).isTrue());
        }
        assertThat(github.requests()).isEmpty();
    }

    @Test
    void namesTheExceptionIfItsMessageIsOnlyAFile() {
        assertThatThrownBy(() -> callWith(() -> {
                    throw new NoSuchFileException("/etc/token");
                }))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageEndingWith("NoSuchFileException: /etc/token");
    }

    @ParameterizedTest
    @MethodSource("missingCredentials")
    void missingCredentialsAreATypedErrorThatIsNotRetried(CredentialsSource source, String problem) {
        assertThatThrownBy(() -> callWith(source))
                .isInstanceOf(AuthenticationException.class)
                .hasMessage("failed to get the credentials: " + problem)
                .satisfies(e -> assertThat(((ActionsException) e).retryable()).isFalse());
        assertThat(github.requests()).isEmpty();
    }

    @NullUnmarked
    static Stream<Arguments> missingCredentials() {
        return Stream.of(
                credentials(() -> null, "the source of credentials returned null"),
                credentials(
                        () -> new PersonalAccessToken(null),
                        "no credentials provided: the personal access token is empty"),
                credentials(
                        () -> new PersonalAccessToken(" \n"),
                        "no credentials provided: the personal access token is empty"),
                credentials(
                        () -> new GitHubApp("1", 1, ""),
                        "no credentials provided: the private key of the GitHub App is empty"),
                credentials(() -> new GitHubApp(null, 1, "key"), "no credentials provided: the app ID is empty"),
                credentials(
                        () -> new GitHubApp("1", 1, null),
                        "no credentials provided: the private key of the GitHub App is empty"));
    }

    private static Arguments credentials(CredentialsSource source, String problem) {
        return Arguments.of(source, problem);
    }

    private void callWith(CredentialsSource source) throws InterruptedException {
        try (ActionsClient other =
                ActionsClient.builder(github.config(), source).build()) {
            other.getRunner(5);
        }
    }

    @Test
    void aNotFoundNamesThePermissionsThatMayBeMissing() {
        github.on("POST", TOKEN_PATH, json(404, "{\"message\":\"Not Found\"}", "X-GitHub-Request-Id", "G1"));

        AuthenticationException e = catchThrowableOfType(AuthenticationException.class, () -> client.getRunner(5));

        assertThat(e).hasMessageContaining("Not Found").hasMessageContaining("admin:org");
        assertThat(e.summary()).contains("admin:org");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aRejectedCredentialIsNotRetried(int status) {
        github.on("POST", TOKEN_PATH, json(status, "{\"message\":\"Bad credentials\"}", "X-GitHub-Request-Id", "G1"));

        AuthenticationException e = catchThrowableOfType(AuthenticationException.class, () -> client.getRunner(5));

        assertThat(e.status()).isEqualTo(status);
        assertThat(e.requestId()).isEqualTo("G1");
        assertThat(e.retryable()).isFalse();
        assertThat(e.getMessage())
                .startsWith("request POST " + github.uri(TOKEN_PATH) + " failed(status=\"" + status)
                .contains("failed to get runner registration token (" + status)
                .contains("Bad credentials")
                .doesNotContain("secret-pat");
        assertThat(github.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aNewRegistrationTokenMayBeRejectedForAWhile(int status) throws Exception {
        github.on(
                "POST",
                CONNECTION_PATH,
                empty(status),
                empty(status),
                empty(status),
                empty(status),
                github.connection(Instant.now().plusSeconds(3600)));
        RetrySettings impatient =
                new RetrySettings(2, Duration.ofMillis(1), 1, Duration.ofMillis(1), 0, Duration.ofMillis(1));

        try (ActionsClient other =
                Clients.builder(github, waits).retry(impatient).build()) {
            assertThat(other.getRunner(5)).isPresent();
        }

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
        assertThat(waits.all()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            long middle = 1000L << i;
            assertThat(waits.all().get(i).toMillis()).isBetween((long) (middle * 0.69), (long) (middle * 1.31));
        }
    }

    @Test
    void otherFailuresOfTheRegistrationFollowTheSettings() {
        github.on("POST", CONNECTION_PATH, empty(404), empty(500));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(AuthenticationException.class);
        assertThat(waits.all()).isEmpty();
        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ActionsServiceException.class);
        assertThat(waits.all()).hasSize(4);
    }

    @Test
    void aRegistrationTokenThatStaysRejectedIsAnAuthenticationFailure() {
        github.on("POST", CONNECTION_PATH, text(403, "no"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("403 Forbidden")
                .hasMessageEndingWith(": no");
        assertThat(github.requests("POST", ADMIN_CONNECTION)).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"token\":\"t\"} | missing url",
                "{\"url\":\"\",\"token\":\"t\"} | missing url",
                "{\"url\":\"http://x.example\"} | missing token",
                "{\"url\":\"nothing\",\"token\":\"a.e30.c\"} | is not a URL",
                "{\"url\":\"http://x.example\",\"token\":\"opaque\"} | is not a JSON web token",
                "{\"url\":\"http://x.example\",\"token\":\"a.e30.c\"} | does not say when it expires",
                "{\"url\":\"http://x.example\",\"token\":\"a.!!!.c\"} | can't be read",
                "{\"url\":\"http://x.example\",\"token\":\"a.bm8.c\"} | ''",
                "[] | ''",
                "null | null instead of a value",
                "nonsense | ''",
                "'' | EOF"
            })
    void aUselessConnectionIsATypedError(String response, String problem) {
        github.on("POST", CONNECTION_PATH, json(200, response));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":\"\"}", "{\"token\":null}", "\"x\"", "{\"token\":[]}", ""})
    void aUselessRegistrationTokenIsATypedError(String response) {
        github.on("POST", TOKEN_PATH, json(201, response));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(InvalidResponseException.class);
    }

    @Test
    void anExpiryThatIsNotAUsableNumberIsATypedError() {
        String token = jwt("{\"exp\":99999999999999999999}");
        github.on("POST", CONNECTION_PATH, json(200, "{\"url\":\"http://x.example\",\"token\":\"" + token + "\"}"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(InvalidResponseException.class)
                .message()
                .doesNotContain(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:99999/", "http://127.0.0.1:1/%zz", "http://a b/", "http://"})
    void aServiceThatCannotBeReachedByItsUrlIsATypedError(String url) {
        String token = jwt("{\"exp\":99999999999}");
        github.on("POST", CONNECTION_PATH, json(200, "{\"url\":\"" + url + "\",\"token\":\"" + token + "\"}"));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ActionsException.class);
    }

    @Test
    void aTokenThatNoHeaderMayHoldIsATypedErrorThatHidesIt() {
        github.on("POST", TOKEN_PATH, json(201, "{\"token\":\"geheim\\ngeheim\"}"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(ConnectionException.class)
                .satisfies(e -> {
                    StringWriter everything = new StringWriter();
                    e.printStackTrace(new PrintWriter(everything));
                    assertThat(everything.toString()).doesNotContain("geheim");
                });
        assertThat(waits.all()).isEmpty();
    }
}
