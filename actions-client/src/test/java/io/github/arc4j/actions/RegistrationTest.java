package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.CONNECTION_PATH;
import static io.github.arc4j.actions.FakeGitHub.REGISTRATION_TOKEN;
import static io.github.arc4j.actions.FakeGitHub.TOKEN_PATH;
import static io.github.arc4j.actions.FakeGitHub.drop;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.jwt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.FakeGitHub.Seen;
import io.github.arc4j.actions.errors.AuthenticationException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a client gets from its credentials to the service. */
class RegistrationTest extends ClientOnFakeGitHub {
    @Test
    void goesFromATokenToTheServiceAsTheGoLibraryDoes() throws Exception {
        client.getRunner(5);

        Seen registration = github.requests().get(0);
        assertThat(registration.path()).isEqualTo(TOKEN_PATH);
        assertThat(registration.method()).isEqualTo("POST");
        assertThat(registration.body()).isEmpty();
        assertThat(registration.header("Authorization")).isEqualTo("Bearer secret-pat");
        assertThat(registration.header("Content-Type")).isEqualTo("application/vnd.github.v3+json");
        assertThat(registration.header("Accept")).isEmpty();
        assertThat(registration.header("User-Agent")).startsWith("{\"system\":\"actions-runner-controller\"");
        Seen connection = github.requests().get(1);
        assertThat(connection.path()).isEqualTo(CONNECTION_PATH);
        assertThat(connection.header("Authorization")).isEqualTo("RemoteAuth registration");
        assertThat(connection.header("Content-Type")).isEqualTo("application/json");
        assertThat(connection.body())
                .isEqualTo("{\"url\":\"" + github.uri("/org") + "\",\"runner_event\":\"register\"}\n");
        Seen call = github.requests().get(2);
        assertThat(call.path()).isEqualTo("/tenant" + AGENTS + "/5");
        assertThat(call.query()).isEqualTo("api-version=6.0-preview");
        assertThat(call.header("Authorization")).startsWith("Bearer ");
        assertThat(call.header("Content-Type")).isEqualTo("application/json");
        assertThat(github.requests()).hasSize(3);
    }

    @Test
    void sendsTheUserAgentOfTheGoLibrary() throws Exception {
        client.getRunner(5);

        assertThat(github.requests().get(2).header("User-Agent"))
                .matches("\\{\"system\":\"actions-runner-controller\",\"version\":\"1.2.3\",\"commit_sha\":\"abc\","
                        + "\"scale_set_id\":7,\"subsystem\":\"test\",\"build_version\":\"[^\"$]+\","
                        + "\"build_commit_sha\":\"[^\"$]+\",\"kind\":\"scaleset\"}");
    }

    @Test
    void viewsShareTheTokenButNotTheUserAgent() throws Exception {
        client.getRunner(5);
        client.withUserAgent(Clients.USER_AGENT.withScaleSetId(99)).getRunner(5);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
        assertThat(github.requests().get(3).header("User-Agent")).contains("\"scale_set_id\":99,");
    }

    @ParameterizedTest
    @CsvSource({"/org/repo, /repos/org/repo", "/enterprises/e, /enterprises/e", "/my%20org, /orgs/my%20org"})
    void asksForTheTokenWhereTheConfigUrlPoints(String path, String rest) {
        ConfigUrl url = ConfigUrl.parse(github.uri(path).toString());
        try (ActionsClient other = ActionsClient.builder(url, () -> new PersonalAccessToken("x"))
                .retry(RetrySettings.NONE)
                .build()) {
            assertThatThrownBy(() -> other.getRunner(5)).isInstanceOf(AuthenticationException.class);
        }

        assertThat(github.requests().get(0).path()).isEqualTo("/api/v3" + rest + REGISTRATION_TOKEN);
    }

    @Test
    void asksForCredentialsAgainWhenATokenIsNeeded() throws Exception {
        Iterator<String> secrets = List.of("old", "new").iterator();
        try (ActionsClient rotating = ActionsClient.builder(
                        github.config(), () -> new PersonalAccessToken(secrets.next()))
                .build()) {
            rotating.getRunner(5);
            github.service("GET", AGENTS + "/5", empty(401), json(200, "{\"id\":5}"));
            rotating.getRunner(5);
        }

        assertThat(github.requests("POST", REGISTRATION_TOKEN))
                .extracting(seen -> seen.header("Authorization"))
                .containsExactly("Bearer old", "Bearer new");
    }

    @Test
    void aLineBreakAfterAPersonalAccessTokenIsForgiven() throws Exception {
        try (ActionsClient sloppy = ActionsClient.builder(github.config(), () -> new PersonalAccessToken(" pat\r\n"))
                .build()) {
            sloppy.getRunner(5);
        }

        assertThat(github.requests().get(0).header("Authorization")).isEqualTo("Bearer pat");
    }

    @Test
    void anInterruptedFetchIsTakenOverByAnotherCall() throws Exception {
        github.on("POST", TOKEN_PATH, github.hang(), json(201, "{\"token\":\"registration\"}"));
        AtomicReference<Throwable> firstEnd = new AtomicReference<>();
        Thread first = Thread.ofVirtual()
                .start(() -> firstEnd.set(catchThrowableOfType(InterruptedException.class, () -> client.getRunner(5))));
        await().until(() -> !github.requests("POST", REGISTRATION_TOKEN).isEmpty());
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> second = executor.submit(() -> client.getRunner(5));
            first.interrupt();
            first.join();

            assertThat(second.get()).isNotNull();
        }
        assertThat(firstEnd.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theServiceMayMove() throws Exception {
        client.getRunner(5);
        github.service("GET", AGENTS + "/5", empty(401));
        github.on("GET", "/moved" + AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"moved\"}"));
        String token = jwt("{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}");
        github.on(
                "POST",
                CONNECTION_PATH,
                json(200, "{\"url\":\"" + github.uri("/moved") + "\",\"token\":\"" + token + "\"}"));

        assertThat(client.getRunner(5).orElseThrow().name()).isEqualTo("moved");
    }

    @Test
    void registrationSurvivesFaults() throws Exception {
        github.on("POST", TOKEN_PATH, drop(), empty(502), json(201, "{\"token\":\"registration\"}"));
        github.on(
                "POST",
                CONNECTION_PATH,
                empty(503),
                drop(),
                github.connection(Instant.now().plusSeconds(3600)));

        assertThat(client.getRunner(5)).isPresent();
        assertThat(waits.all()).hasSize(4);
    }
}
