package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.ADMIN_CONNECTION;
import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.REGISTRATION_TOKEN;
import static io.github.arc4j.actions.FakeGitHub.drop;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.jwt;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.TestClock;
import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Seen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private static final String TOKEN_PATH = "/api/v3/orgs/org" + REGISTRATION_TOKEN;
    private static final String CONNECTION_PATH = "/api/v3" + ADMIN_CONNECTION;

    private final FakeGitHub github = new FakeGitHub();
    private final Waits waits = new Waits();
    private ActionsClient client;

    @BeforeEach
    void start() {
        client = Clients.builder(github, waits).build();
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));
    }

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }

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
    void keepsTheToken() throws Exception {
        client.getRunner(5);
        client.getRunner(5);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
        assertThat(github.requests("GET", "/5")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"3539, 1", "3541, 2", "7200, 2"})
    void renewsTheTokenAMinuteBeforeItsEnd(long secondsLater, int registrations) throws Exception {
        Instant start = Instant.now();
        TestClock clock = new TestClock(start);
        github.on(
                "POST",
                CONNECTION_PATH,
                github.connection(start.plusSeconds(3600)),
                github.connection(start.plusSeconds(20_000)));
        try (ActionsClient timed = Clients.builder(github, waits).clock(clock).build()) {
            timed.getRunner(5);
            clock.advance(Duration.ofSeconds(secondsLater));
            timed.getRunner(5);
        }

        assertThat(github.requests("POST", ADMIN_CONNECTION)).hasSize(registrations);
    }

    @Test
    void goesOnWithTheTokenUntilItsEndWhenItCannotBeRenewed() throws Exception {
        Instant start = Instant.now();
        TestClock clock = new TestClock(start);
        github.on("POST", CONNECTION_PATH, github.connection(start.plusSeconds(3600)));
        try (ActionsClient timed = Clients.builder(github, waits)
                .retry(RetrySettings.NONE)
                .clock(clock)
                .build()) {
            timed.getRunner(5);
            // an answer would tell GitHub's real time
            github.on("POST", TOKEN_PATH, drop());
            clock.advance(Duration.ofSeconds(3545));
            timed.getRunner(5);
            timed.getRunner(5);
            assertThat(github.requests("POST", REGISTRATION_TOKEN))
                    .as("one try, then a pause")
                    .hasSize(2);
            clock.advance(Duration.ofSeconds(11));
            timed.getRunner(5);
            assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(3);
            clock.advance(Duration.ofSeconds(44));
            assertThatThrownBy(() -> timed.getRunner(5)).isInstanceOf(ConnectionException.class);
        }
        assertThat(github.requests("GET", "/5")).hasSize(4);
    }

    @Test
    void callsDoNotWaitForTheRenewalOfATokenThatIsStillValid() throws Exception {
        Instant start = Instant.now();
        TestClock clock = new TestClock(start);
        github.on("POST", CONNECTION_PATH, github.connection(start.plusSeconds(3600)));
        try (ActionsClient timed = Clients.builder(github, waits).clock(clock).build()) {
            timed.getRunner(5);
            github.on("POST", TOKEN_PATH, github.hang());
            clock.advance(Duration.ofSeconds(3545));
            Thread renewal = Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> timed.getRunner(5)).isInstanceOf(InterruptedException.class));
            await().until(() -> github.requests("POST", REGISTRATION_TOKEN).size() == 2);

            assertThat(timed.getRunner(5)).isPresent();

            renewal.interrupt();
            renewal.join();
        }
    }

    @Test
    void renewsATokenThatIsRefused() throws Exception {
        github.service("GET", AGENTS + "/5", empty(401), json(200, "{\"id\":5,\"name\":\"r\"}"));

        assertThat(client.getRunner(5)).isPresent();

        List<Seen> calls = github.requests("GET", "/5");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).header("Authorization"))
                .isNotEqualTo(calls.get(1).header("Authorization"));
        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(2);
    }

    @Test
    void givesUpWhenTheRenewedTokenIsRefusedToo() {
        github.service("GET", AGENTS + "/5", empty(401));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(AuthenticationException.class)
                .satisfies(e -> assertThat(((ActionsException) e).status()).isEqualTo(401));
        assertThat(github.requests("GET", "/5")).hasSize(2);
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void repeatsACallThatMustNotBeDoneTwiceWhenItsTokenWasRefused() throws Exception {
        github.service("POST", FakeGitHub.SCALE_SETS, empty(401), json(200, FakeGitHub.SCALE_SET));

        assertThat(client.createScaleSet(RunnerScaleSet.builder().name("set").build())
                        .id())
                .isEqualTo(7);
    }

    @Test
    void fetchesTheTokenOnceForConcurrentCalls() throws Exception {
        github.on("POST", TOKEN_PATH, github.after(200, json(201, "{\"token\":\"registration\"}")));

        callConcurrently(100);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
        assertThat(github.requests("GET", "/5")).hasSize(100);
    }

    @Test
    void renewsARefusedTokenOnceForConcurrentCalls() throws Exception {
        client.getRunner(5);
        String old = github.requests("GET", "/5").get(0).header("Authorization");
        github.service("GET", AGENTS + "/5", exchange -> {
            boolean stale =
                    exchange.getRequestHeaders().getFirst("Authorization").equals(old);
            (stale ? empty(401) : json(200, "{\"id\":5}")).send(exchange);
        });
        github.on("POST", TOKEN_PATH, github.after(100, json(201, "{\"token\":\"registration\"}")));

        callConcurrently(50);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(2);
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

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aRefusedCredentialIsNotTriedAgain(int status) {
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
    void aRefusedRegistrationTokenMayPass(int status) throws Exception {
        github.on(
                "POST",
                CONNECTION_PATH,
                empty(status),
                empty(status),
                empty(status),
                empty(status),
                github.connection(Instant.now().plusSeconds(3600)));

        assertThat(client.getRunner(5)).isPresent();
        assertThat(waits.all()).hasSize(4);
    }

    @Test
    void aRegistrationTokenThatStaysRefusedIsAnAuthenticationFailure() {
        github.on("POST", CONNECTION_PATH, text(403, "no"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("403 Forbidden")
                .hasMessageEndingWith(": no");
        assertThat(github.requests("POST", ADMIN_CONNECTION)).hasSize(5);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"token\":\"t\"} | missing url",
                "{\"url\":\"\",\"token\":\"t\"} | missing url",
                "{\"url\":\"http://x.example\"} | missing token",
                "{\"url\":\"nothing\",\"token\":\"a.e30.c\"} | is no URL",
                "{\"url\":\"http://x.example\",\"token\":\"opaque\"} | no JSON web token",
                "{\"url\":\"http://x.example\",\"token\":\"a.e30.c\"} | does not say when it expires",
                "{\"url\":\"http://x.example\",\"token\":\"a.!!!.c\"} | can't be read",
                "{\"url\":\"http://x.example\",\"token\":\"a.bm8.c\"} | ''",
                "[] | ''",
                "null | null instead of a value",
                "nonsense | ''",
                "'' | EOF"
            })
    void aUselessConnectionIsATypedError(String answer, String problem) {
        github.on("POST", CONNECTION_PATH, json(200, answer));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":\"\"}", "{\"token\":null}", "\"x\"", "{\"token\":[]}", ""})
    void aUselessRegistrationTokenIsATypedError(String answer) {
        github.on("POST", TOKEN_PATH, json(201, answer));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(InvalidResponseException.class);
    }

    @Test
    void anExpiryThatIsNoUsableNumberIsATypedError() {
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

    @Test
    void aLineBreakAfterAPersonalAccessTokenIsForgiven() throws Exception {
        try (ActionsClient sloppy = ActionsClient.builder(github.config(), () -> new PersonalAccessToken(" pat\r\n"))
                .build()) {
            sloppy.getRunner(5);
        }

        assertThat(github.requests().get(0).header("Authorization")).isEqualTo("Bearer pat");
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
    void aLocalClockThatIsAheadDoesNotMakeFreshTokensLookExpired() throws Exception {
        TestClock ahead = new TestClock(Instant.now().plus(Duration.ofHours(5)));
        try (ActionsClient skewed = Clients.builder(github, waits).clock(ahead).build()) {
            skewed.getRunner(5);
            skewed.getRunner(5);
        }

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
    }

    @Test
    void aLocalClockThatIsBehindDoesNotMakeAnExpiredTokenLookFresh() throws Exception {
        TestClock behind = new TestClock(Instant.now().minus(Duration.ofHours(5)));
        github.on("POST", CONNECTION_PATH, github.connection(Instant.now().plusSeconds(30)));
        try (ActionsClient skewed = Clients.builder(github, waits).clock(behind).build()) {
            skewed.getRunner(5);
            behind.advance(Duration.ofSeconds(31));
            skewed.getRunner(5);
        }

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(2);
    }

    private void callConcurrently(int threads) throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                calls.add(executor.submit(() -> client.getRunner(5)));
            }
        }
        for (Future<?> call : calls) {
            call.get();
        }
    }
}
