package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.runtime.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClientTurnoverTest {
    private static final int LIMIT = 20;

    private final FakeTime time = new FakeTime();
    private final ClientTurnover turnover = new ClientTurnover(namespace -> LIMIT, time);

    private void build(int clients) throws GitHubAccessException {
        for (int i = 0; i < clients; i++) {
            turnover.check("ns");
            turnover.build("ns");
        }
    }

    private void assertThatBuildsWait() {
        assertThatThrownBy(() -> turnover.check("ns")).isInstanceOfSatisfying(GitHubAccessException.class, e -> {
            assertThat(e.isWaiting()).isTrue();
            assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        });
        assertThatThrownBy(() -> turnover.build("ns")).isInstanceOf(GitHubAccessException.class);
    }

    @Test
    void buildsBeyondABurstAreSpreadOverTime() throws Exception {
        build(5 * LIMIT);
        assertThatBuildsWait();
        assertThatCode(() -> turnover.build("other")).doesNotThrowAnyException();

        time.pass(Duration.ofSeconds(3));
        build(1);
        assertThatBuildsWait();
        time.pass(Duration.ofMinutes(1));
        build(LIMIT);
        assertThatBuildsWait();

        time.pass(Duration.ofHours(1));
        build(5 * LIMIT);
        assertThatBuildsWait();
    }

    @Test
    void buildsWaitWhileManyRetiredClientsAreOpen() throws Exception {
        for (int i = 0; i < LIMIT; i++) {
            build(1);
            turnover.retired("ns");
        }
        assertThatBuildsWait();
        assertThatCode(() -> turnover.build("other")).doesNotThrowAnyException();

        turnover.closed("ns");
        build(1);
        turnover.retired("ns");
        assertThatBuildsWait();
    }
}
