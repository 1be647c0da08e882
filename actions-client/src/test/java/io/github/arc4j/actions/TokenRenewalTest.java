package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.ADMIN_CONNECTION;
import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.CONNECTION_PATH;
import static io.github.arc4j.actions.FakeGitHub.REGISTRATION_TOKEN;
import static io.github.arc4j.actions.FakeGitHub.TOKEN_PATH;
import static io.github.arc4j.actions.FakeGitHub.drop;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.TestClock;
import io.github.arc4j.actions.FakeGitHub.Seen;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client gets a token of the service, and how often. */
class TokenRenewalTest extends ClientOnFakeGitHub {
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

    /** Each of them could name another host, to which a connection would be opened. */
    @ParameterizedTest
    @ValueSource(longs = {-3600, 0, 5})
    void tokensThatExpireImmediatelyAreNotRenewedWithEachCall(long lifetime) throws Exception {
        TestClock clock = new TestClock(Instant.now());
        github.on("POST", CONNECTION_PATH, github.connection(clock.instant().plusSeconds(lifetime)));
        try (ActionsClient timed = Clients.builder(github, waits).clock(clock).build()) {
            for (int i = 0; i < 3; i++) {
                timed.getRunner(5);
                clock.advance(Duration.ofSeconds(3));
            }
            assertThat(github.requests("POST", ADMIN_CONNECTION)).hasSize(1);

            clock.advance(Duration.ofSeconds(3));
            timed.getRunner(5);
        }
        assertThat(github.requests("POST", ADMIN_CONNECTION)).hasSize(2);
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
            // a response would tell GitHub's real time
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
    void renewsATokenThatIsRejected() throws Exception {
        github.service("GET", AGENTS + "/5", empty(401), json(200, "{\"id\":5,\"name\":\"r\"}"));

        assertThat(client.getRunner(5)).isPresent();

        List<Seen> calls = github.requests("GET", "/5");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).header("Authorization"))
                .isNotEqualTo(calls.get(1).header("Authorization"));
        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(2);
    }

    @Test
    void givesUpWhenTheRenewedTokenIsRejectedToo() {
        github.service("GET", AGENTS + "/5", empty(401));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(AuthenticationException.class)
                .satisfies(e -> assertThat(((ActionsException) e).status()).isEqualTo(401));
        assertThat(github.requests("GET", "/5")).hasSize(2);
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void repeatsACallThatMustNotBeDoneTwiceWhenItsTokenWasRejected() throws Exception {
        github.service("POST", FakeGitHub.SCALE_SETS, empty(401), json(200, FakeGitHub.SCALE_SET));

        assertThat(client.createScaleSet(RunnerScaleSet.builder().name("set").build())
                        .id())
                .isEqualTo(7);
    }

    @Test
    void fetchesTheTokenOnceForConcurrentCalls() throws Exception {
        github.on("POST", TOKEN_PATH, github.after(200, json(201, "{\"token\":\"registration\"}")));

        Clients.callAtOnce(client, 100);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(1);
        assertThat(github.requests("GET", "/5")).hasSize(100);
    }

    @Test
    void renewsARejectedTokenOnceForConcurrentCalls() throws Exception {
        client.getRunner(5);
        String old = github.requests("GET", "/5").get(0).header("Authorization");
        github.service("GET", AGENTS + "/5", exchange -> {
            boolean stale =
                    exchange.getRequestHeaders().getFirst("Authorization").equals(old);
            (stale ? empty(401) : json(200, "{\"id\":5}")).send(exchange);
        });
        github.on("POST", TOKEN_PATH, github.after(100, json(201, "{\"token\":\"registration\"}")));

        Clients.callAtOnce(client, 50);

        assertThat(github.requests("POST", REGISTRATION_TOKEN)).hasSize(2);
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
}
