package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.SESSIONS;
import static io.github.arc4j.actions.FakeGitHub.TOKEN_PATH;
import static io.github.arc4j.actions.FakeGitHub.bytes;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceErrorsTest {
    private final FakeGitHub github = new FakeGitHub();
    private ActionsClient client;

    @BeforeEach
    void start() {
        client = Clients.builder(github, new Clients.Waits())
                .retry(RetrySettings.NONE)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "409 | AgentExistsException             | RunnerExistsException        | runner exists: why",
                "400 | AgentExistsException             | RunnerExistsException        | runner exists: why",
                "404 | AgentNotFoundException           | RunnerNotFoundException      | runner not found: why",
                "400 | JobStillRunningException         | JobStillRunningException     | job still running: why",
                "404 | RunnerScaleSetNotFoundException  | ScaleSetNotFoundException    | unexpected status code: 404: T.RunnerScaleSetNotFoundException, T: why",
                "400 | AnythingElse                     | ActionsServiceException      | unexpected status code: 400: T.AnythingElse, T: why",
                "409 | RunnerScaleSetExistsException    | ScaleSetExistsException      | unexpected status code: 409: T.RunnerScaleSetExistsException, T: why",
                "403 | AccessDeniedException            | ActionsServiceException      | unexpected status code: 403: T.AccessDeniedException, T: why",
                "429 | AnythingElse                     | RateLimitedException         | unexpected status code: 429: T.AnythingElse, T: why",
                "500 | AnythingElse                     | ActionsServiceException      | unexpected status code: 500: T.AnythingElse, T: why",
                "503 | AnythingElse                     | ActionsServiceException      | unexpected status code: 503: T.AnythingElse, T: why"
            })
    void classifiesByTheServicesTypeName(int status, String type, String exception, String detail) {
        String body = "{\"typeName\":\"T." + type + ", T\",\"message\":\"why\"}";
        github.service(
                "PATCH", SCALE_SETS + "/7", json(status, body, "ActivityId", "a-1", "X-GitHub-Request-Id", "g-1"));

        ActionsException e = failureOf(() ->
                client.updateScaleSet(7, RunnerScaleSet.builder().name("n").build()));

        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e.typeName()).isEqualTo("T." + type + ", T");
        assertThat(e.activityId()).isEqualTo("a-1");
        assertThat(e.requestId()).isEqualTo("g-1");
        assertThat(e.retryable()).isEqualTo(status == 429 || status >= 500);
        assertThat(e.getMessage())
                .startsWith("request PATCH "
                        + github.uri("/tenant" + SCALE_SETS + "/7?api-version=6.0-preview")
                        + " failed(status=\"" + status + " ")
                .contains("\", activity_id=\"a-1\", github_request_id=\"g-1\"): ")
                .endsWith("): " + detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "409 | RunnerScaleSetSessionConflictException | SessionConflictException",
                "409 | Else                                   | SessionConflictException",
                "404 | RunnerScaleSetNotFoundException        | ScaleSetNotFoundException",
                "400 | SessionExpiredException                | SessionExpiredException",
                "400 | Else                                   | ActionsServiceException"
            })
    void classifiesSessionCalls(int status, String type, String exception) {
        github.service("POST", SESSIONS, json(status, "{\"typeName\":\"T." + type + "\",\"message\":\"why\"}"));

        ActionsException e = failureOf(() -> client.openSession(7, "me"));

        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(e).hasMessageContaining("unexpected status code " + status + " ");
    }

    @Test
    void theSummaryOfARejectionSaysWhyWithoutIds() {
        for (String id : List.of("a-1", "a-2")) {
            String body = "{\"typeName\":\"T.Refused\",\"message\":\"name too long (%s)\"}".formatted(id);
            github.service("POST", SCALE_SETS, json(400, body, "ActivityId", id, "X-GitHub-Request-Id", "g-" + id));

            ActionsException e = failureOf(() ->
                    client.createScaleSet(RunnerScaleSet.builder().name("n").build()));

            assertThat(e.summary())
                    .isEqualTo(
                            "request createScaleSet to %s failed with status 400 Bad Request: T.Refused: name too long (...)"
                                    .formatted(github.uri("").getAuthority()));
            assertThat(e).hasMessageContaining(id);
        }
    }

    /** Whoever chooses the config URL reads the summary, and must not read from our network by it. */
    @Test
    void theSummaryHasNoTextOfAServerThatIsNotGitHub() {
        github.service("POST", SCALE_SETS, json(400, "{\"typeName\":\"T\",\"message\":\"internal\"}"));

        ActionsException e = failureOf(
                () -> client.createScaleSet(RunnerScaleSet.builder().name("n").build()));

        assertThat(e.summary()).endsWith("failed with status 400 Bad Request");
        assertThat(e).hasMessageContaining("internal");
    }

    /** Their texts name requests, times and runners. */
    @ParameterizedTest
    @CsvSource({"500, Internal Server Error", "429, Too Many Requests", "400, Bad Request"})
    void theSummaryOfOtherFailuresHasNoneOfTheResponsesText(int status, String line) {
        String body = "{\"message\":\"runner 4711, request g-1 at 12:00\"}";
        github.service("GET", AGENTS + "/4711", json(status, body, "ActivityId", "a-1"));

        ActionsException e = failureOf(() -> client.getRunner(4711));

        assertThat(e.summary())
                .isEqualTo("request getRunner to %s failed with status %d %s"
                        .formatted(github.uri("").getAuthority(), status, line));
    }

    @Test
    void aConflictOutsideOfSessionsIsNotASessionConflict() {
        github.service("POST", SCALE_SETS, json(409, "{\"typeName\":\"T.Exists\",\"message\":\"why\"}"));

        assertThat(failureOf(() ->
                        client.createScaleSet(RunnerScaleSet.builder().name("n").build())))
                .isExactlyInstanceOf(ActionsServiceException.class);
    }

    @Test
    void leavesOutIdsThatAreMissing() {
        github.service("GET", AGENTS + "/5", empty(400));

        assertThat(failureOf(() -> client.getRunner(5)))
                .hasMessage("request GET " + github.uri("/tenant" + AGENTS + "/5?api-version=6.0-preview")
                        + " failed(status=\"400 Bad Request\"): unexpected status code: 400: unknown error");
    }

    @Test
    void showsTextAsItIs() {
        github.service("GET", AGENTS + "/5", text(400, "{\"typeName\":\"not read\"}"));

        assertThat(failureOf(() -> client.getRunner(5)))
                .hasMessageEndingWith("): unexpected status code: 400: {\"typeName\":\"not read\"}");
    }

    @Test
    void keepsTheStatusWhenTheBodyIsNotJson() {
        github.service("GET", AGENTS + "/5", bytes(502, "application/json", "<html>".getBytes(StandardCharsets.UTF_8)));

        ActionsException e = failureOf(() -> client.getRunner(5));

        assertThat(e)
                .hasMessageContaining("502 Bad Gateway")
                .hasMessageEndingWith("failed to unmarshal error response body: \"<html>\"");
        assertThat(e.retryable()).isTrue();
        assertThat(e.outcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404})
    void recognizesAPageInsteadOfJson(int status) {
        byte[] page = ("<html>Sign in" + " ".repeat(1000)).getBytes(StandardCharsets.UTF_8);
        github.on("POST", TOKEN_PATH, bytes(status, "text/html; charset=utf-8", page));

        ActionsException e = failureOf(() -> client.getRunner(5));

        assertThat(e).hasMessageContaining("an HTML page instead of JSON").hasMessageContaining("<html>Sign in");
        assertThat(e.getMessage()).hasSizeLessThan(700);
    }

    @Test
    void recognizesAPageInAResponseThatSucceeds() {
        byte[] page = "<html>Sign in".getBytes(StandardCharsets.UTF_8);
        github.service("GET", AGENTS + "/5", bytes(200, "text/html", page));

        assertThat(failureOf(() -> client.getRunner(5)))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("an HTML page instead of JSON");
    }

    @Test
    void saysWhyARedirectIsNotFollowed() {
        github.service("POST", SCALE_SETS, empty(302), empty(302, "Location", "https://login.example/"));
        RunnerScaleSet scaleSet = RunnerScaleSet.builder().name("n").build();

        assertThat(failureOf(() -> client.createScaleSet(scaleSet)))
                .hasMessageEndingWith("a redirect without a location");
        assertThat(failureOf(() -> client.createScaleSet(scaleSet)))
                .hasMessageContaining("a redirect to \"https://login.example/\", which is not followed");
    }

    @Test
    void abbreviatesLongBodies() {
        github.service("GET", AGENTS + "/5", text(400, "x".repeat(100_000)));

        assertThat(failureOf(() -> client.getRunner(5)).getMessage()).hasSizeLessThan(3000);
    }

    @ParameterizedTest
    @CsvSource({"500, true", "502, true", "504, true", "501, false", "503, true", "429, false", "409, false"})
    void tellsWhetherAChangeMayHaveHappened(int status, boolean unknown) {
        github.service("POST", SCALE_SETS + "/7/generatejitconfig", empty(status))
                .service("GET", AGENTS + "/5", empty(status));

        assertThat(failureOf(() -> client.generateJitConfig(7, "r", "")).outcomeUnknown())
                .isEqualTo(unknown);
        assertThat(failureOf(() -> client.getRunner(5)).outcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "429, 17, 17",
        "503, 17, 17",
        "429, -5, -1",
        "429, soon, -1",
        "500, 17, -1",
        "403, 17, 17",
        "429, 86400, 3600",
        "429, 99999999999999999999, 3600"
    })
    void readsHowLongToWait(int status, String header, long seconds) {
        github.service("GET", AGENTS + "/5", empty(status, "Retry-After", header));

        assertThat(failureOf(() -> client.getRunner(5)).retryAfter())
                .isEqualTo(seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void readsUntilWhenToWait() {
        String later = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(100).atOffset(ZoneOffset.UTC));
        github.service("GET", AGENTS + "/5", empty(503, "Retry-After", later));

        assertThat(failureOf(() -> client.getRunner(5)).retryAfter().orElseThrow())
                .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(101));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "Wed, 21 Oct 2015 07:28:00 GMT"})
    void aWaitThatIsOverAlreadyIsASecond(String header) {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", header));
        github.service("GET", AGENTS + "/6", empty(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1"));

        for (long runner : new long[] {5, 6}) {
            assertThat(failureOf(() -> client.getRunner(runner)).retryAfter().orElseThrow())
                    .isBetween(Duration.ofSeconds(1), Duration.ofMillis(1500));
        }
    }

    @Test
    void aWaitOfYearsIsAnHour() {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT"));

        assertThat(failureOf(() -> client.getRunner(5)).retryAfter()).contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({"403, 0, RateLimitedException", "429, 0, RateLimitedException", "403, 17, ActionsServiceException"})
    void readsTheRateLimit(int status, String remaining, String exception) {
        String reset = Long.toString(Instant.now().plusSeconds(100).getEpochSecond());
        github.service(
                "GET", AGENTS + "/5", empty(status, "X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", reset));

        ActionsException e = failureOf(() -> client.getRunner(5));

        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
        if (e instanceof RateLimitedException) {
            assertThat(e.retryable()).isTrue();
            assertThat(e.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(101));
        }
    }

    @Test
    void aRateLimitOfTheRestApiIsNotARejection() {
        github.on(
                "POST",
                FakeGitHub.TOKEN_PATH,
                json(403, "{\"message\":\"secondary rate limit\"}", "Retry-After", "60"));

        assertThat(failureOf(() -> client.getRunner(5)))
                .isInstanceOf(RateLimitedException.class)
                .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "You have exceeded a secondary rate limit. | '' | RateLimitedException | 60",
                "API rate limit exceeded for installation. | 0  | RateLimitedException | 60",
                "Resource not accessible by integration    | '' | AuthenticationException | -1"
            })
    void aRateLimitWithoutADurationIsRecognizedByItsText(
            String text, String remaining, String exception, long seconds) {
        github.on(
                "POST",
                FakeGitHub.TOKEN_PATH,
                json(403, "{\"message\":\"" + text + "\"}", "X-RateLimit-Remaining", remaining));

        ActionsException e = failureOf(() -> client.getRunner(5));

        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(e.retryable()).isEqualTo(seconds > 0);
        assertThat(e.retryAfter()).isEqualTo(seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void anErrorSurvivesSerialization() throws Exception {
        github.service("GET", AGENTS + "/5", text(429, "slow down", "Retry-After", "7", "ActivityId", "a-1"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failureOf(() -> client.getRunner(5)));
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ActionsException read = (ActionsException) in.readObject();
            assertThat(read).isInstanceOf(RateLimitedException.class);
            assertThat(read.status()).isEqualTo(429);
            assertThat(read.activityId()).isEqualTo("a-1");
            assertThat(read.retryAfter()).contains(Duration.ofSeconds(7));
        }
    }

    private static ActionsException failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ActionsException e = catchThrowableOfType(ActionsException.class, call);
        assertThat(e).isNotNull();
        return e;
    }
}
