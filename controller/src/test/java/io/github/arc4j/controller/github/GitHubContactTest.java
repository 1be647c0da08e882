package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.TestClock;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller that gets no responses from GitHub is unready; problems of a single tenant do not make it unready. */
class GitHubContactTest {
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final int NO_RESPONSE = 0;

    private final TestClock clock = new TestClock();
    private final GitHubContact contact = new GitHubContact(clock);
    private final GitHubMetrics metrics = new GitHubMetrics(new CollectorRegistry(), contact);

    private void attempt(int status) {
        metrics.attempt("getScaleSet", status, Duration.ofSeconds(1));
    }

    @BeforeEach
    void contactWorked() {
        attempt(200);
        assertThat(contact.problem()).isEmpty();
    }

    private void failFor(Duration time, int status) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(RETRY)) {
            attempt(status);
            clock.pass(RETRY);
        }
        attempt(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {NO_RESPONSE, 502})
    void isUnreadyWhenRequestsAreUnansweredForLongerThanTheTimeout(int status) {
        failFor(GitHubContact.TIMEOUT.minus(RETRY), status);
        assertThat(contact.problem()).isEmpty();
        failFor(RETRY.multipliedBy(2), status);
        assertThat(contact.problem()).get().asString().startsWith("GitHub has not responded to any request since ");
        attempt(200);
        assertThat(contact.problem()).isEmpty();
    }

    @Test
    void isReadyIfCredentialsAreRefused() {
        failFor(GitHubContact.TIMEOUT.multipliedBy(2), 401);
        assertThat(contact.problem()).isEmpty();
    }

    @Test
    void isReadyIfOneTenantGetsResponses() {
        for (int period = 0; period < 4; period++) {
            failFor(Duration.ofMinutes(11), NO_RESPONSE);
            attempt(200);
        }
        failFor(Duration.ofMinutes(11), NO_RESPONSE);
        assertThat(contact.problem()).isEmpty();
    }

    @Test
    void isReadyAgainWhenNoRequestsAreMade() {
        failFor(GitHubContact.TIMEOUT.plus(RETRY), NO_RESPONSE);
        assertThat(contact.problem()).isPresent();
        clock.pass(GitHubContact.TIMEOUT.plus(RETRY));
        assertThat(contact.problem()).isEmpty();
    }
}
