package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SESSIONS;
import static io.github.arc4j.actions.FakeGitHub.drop;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Reply;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    private static final Reply RUNNER = json(200, "{\"id\":5,\"name\":\"r\"}");
    /** Longer than a machine stalls, as most tests have to find it open. */
    private static final Duration OPEN_FOR = Duration.ofMinutes(1);

    private final FakeGitHub github = new FakeGitHub();
    private final Waits waits = new Waits();
    private final List<String> transitions = new CopyOnWriteArrayList<>();
    private ActionsClient client = builder(OPEN_FOR).retry(RetrySettings.NONE).build();

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "503", "drop"})
    void holdsCallsBackWhenTheHostFails(String fault) {
        github.service("GET", AGENTS + "/5", fault.equals("drop") ? drop() : empty(Integer.parseInt(fault)));
        fail(2);
        int sent = github.requests("GET", "/5").size();

        CallNotPermittedException e = catchThrowableOfType(CallNotPermittedException.class, () -> client.getRunner(5));

        assertThat(e).hasMessageContaining("127.0.0.1:" + github.port() + " failed too often");
        assertThat(e.status()).isZero();
        assertThat(e.retryable()).isTrue();
        assertThat(e.outcomeUnknown()).isFalse();
        assertThat(e.retryAfter()).contains(OPEN_FOR);
        assertThat(github.requests("GET", "/5")).hasSize(sent);
        assertThat(transitions).containsExactly("127.0.0.1:" + github.port() + " OPEN");
    }

    /** For tests that wait for the end of it. */
    private void openBriefly() {
        client.close();
        client = builder(Duration.ofMillis(300)).retry(RetrySettings.NONE).build();
    }

    private List<String> states() {
        return transitions.stream().map(text -> text.replaceAll(".* ", "")).toList();
    }

    @Test
    void letsCallsThroughAgainWhenATrialSucceeds() throws Exception {
        openBriefly();
        github.service("GET", AGENTS + "/5", empty(500), empty(500), RUNNER);
        fail(2);

        await().ignoreException(CallNotPermittedException.class)
                .until(() -> client.getRunner(5).isPresent());

        assertThat(client.getRunner(5)).isPresent();
        assertThat(states()).containsExactly("OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void aTrialThatFailsHoldsCallsBackAgain() {
        openBriefly();
        github.service("GET", AGENTS + "/5", empty(500));
        fail(2);
        await().until(() -> !(catchThrowable(() -> client.getRunner(5)) instanceof CallNotPermittedException));

        // When the machine stalls, there are further trials.
        await().until(() -> catchThrowable(() -> client.getRunner(5)) instanceof CallNotPermittedException);
        assertThat(states()).startsWith("OPEN", "HALF_OPEN", "OPEN");
        assertThat(github.requests("GET", "/5")).hasSize(2 + Collections.frequency(states(), "HALF_OPEN"));
    }

    @Test
    void aTrialThatIsInterruptedDecidesNothing() throws Exception {
        openBriefly();
        github.service("GET", AGENTS + "/5", empty(500), empty(500), github.hang(), RUNNER);
        fail(2);
        Thread trial = Thread.ofVirtual().start(this::callUntilLetThrough);
        await().until(() -> github.requests("GET", "/5").size() == 3);
        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(CallNotPermittedException.class);

        trial.interrupt();
        trial.join();

        assertThat(client.getRunner(5)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 409, 429, 501})
    void aResponseThatIsNotAFailureOfTheHostCountsAsASuccess(int status) {
        github.service("GET", AGENTS + "/5", empty(status));

        fail(10);

        assertThat(github.requests("GET", "/5")).hasSize(10);
        assertThat(transitions).isEmpty();
    }

    @Test
    void aRequestThatWasNeverSentSaysNothingAboutTheHost() {
        github.on("POST", FakeGitHub.TOKEN_PATH, json(201, "{\"token\":\"no\\nheader\"}"));

        fail(10);

        assertThat(github.requests("POST", FakeGitHub.REGISTRATION_TOKEN)).hasSize(10);
        assertThat(transitions).isEmpty();
    }

    @Test
    void otherHostsAreNotHeldBack() throws Exception {
        try (FakeGitHub service = new FakeGitHub()) {
            String token =
                    FakeGitHub.jwt("{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}");
            github.on(
                            "POST",
                            FakeGitHub.CONNECTION_PATH,
                            json(200, "{\"url\":\"" + service.uri("/tenant/") + "\",\"token\":\"" + token + "\"}"))
                    .on("DELETE", "/queue/4", empty(204));
            service.service("POST", SESSIONS, json(200, github.sessionJson("queue-token")))
                    .service("GET", AGENTS + "/5", empty(500));
            MessageSession session = client.openSession(7, "me");
            await().until(() -> catchThrowable(() -> client.getRunner(5)) instanceof CallNotPermittedException);

            session.deleteMessage(4);

            assertThat(github.requests("DELETE", "/queue/4")).hasSize(1);
        }
    }

    @Test
    void pollsAreNeitherCountedNorHeldBack() throws Exception {
        github.session().on("GET", "/queue", empty(500)).service("GET", AGENTS + "/5", empty(500));
        MessageSession session = client.openSession(7, "me");
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> session.poll(0, 1)).isExactlyInstanceOf(ActionsServiceException.class);
        }
        assertThat(transitions).isEmpty();

        await().until(() -> catchThrowable(() -> client.getRunner(5)) instanceof CallNotPermittedException);
        assertThatThrownBy(() -> session.poll(0, 1)).isExactlyInstanceOf(ActionsServiceException.class);
    }

    @Test
    void noTryFollowsOnceCallsAreHeldBack() {
        github.service("GET", AGENTS + "/5", empty(500));
        try (ActionsClient patient = builder(OPEN_FOR).build()) {
            assertThatThrownBy(() -> patient.getRunner(5)).isInstanceOf(CallNotPermittedException.class);
        }
        assertThat(github.requests("GET", "/5")).hasSize(2);
        assertThat(waits.all()).hasSize(2);
    }

    @Test
    void nothingIsHeldBackUnlessAskedFor() {
        github.service("GET", AGENTS + "/5", empty(500));
        try (ActionsClient plain =
                Clients.builder(github, waits).retry(RetrySettings.NONE).build()) {
            for (int i = 0; i < 30; i++) {
                assertThatThrownBy(() -> plain.getRunner(5)).isExactlyInstanceOf(ActionsServiceException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 0.5, 1, 1",
        "1, 0, 0.5, 1, 1",
        "1, 1, 0, 1, 1",
        "1, 1, 1.1, 1, 1",
        "1, 1, 1, 0, 1",
        "1, 1, 1, 1, 0"
    })
    void rejectsSettingsThatMakeNoSense(int window, int minimum, double rate, long openMillis, int trials) {
        assertThatThrownBy(
                        () -> new CircuitBreakerSettings(window, minimum, rate, Duration.ofMillis(openMillis), trials))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** By the calling thread itself, which can be interrupted then. */
    private void callUntilLetThrough() {
        while (true) {
            try {
                client.getRunner(5);
                return;
            } catch (CallNotPermittedException e) {
                Thread.onSpinWait();
            } catch (ActionsException | InterruptedException e) {
                return;
            }
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ActionsException.class)
                    .isNotInstanceOf(CallNotPermittedException.class);
        }
    }

    /** The two calls of the registration succeed at the same host, so that two failures are half of four tries. */
    private ActionsClient.Builder builder(Duration openFor) {
        CircuitBreakerSettings settings = new CircuitBreakerSettings(4, 4, 0.5, openFor, 1);
        return Clients.builder(github, waits).circuitBreaker(settings).metrics(new ClientMetrics() {
            @Override
            public void circuit(String host, CircuitState state) {
                transitions.add(host + " " + state);
            }
        });
    }
}
