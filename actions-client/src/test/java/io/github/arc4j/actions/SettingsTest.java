package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @ParameterizedTest
    @CsvSource({"PT0S", "PT-1S", "PT0.0001S", "PT9999H"})
    void rejectsTimeLimitsThatMakeNoSense(Duration limit) {
        Timeouts good = Timeouts.DEFAULT;
        assertThatThrownBy(() -> good.withCall(limit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.withPoll(limit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.withClose(limit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Timeouts(limit, good.call(), good.poll(), good.close()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsCanBeChangedOneByOne() {
        Timeouts changed = Timeouts.DEFAULT
                .withCall(Duration.ofSeconds(2))
                .withPoll(Duration.ofSeconds(3))
                .withClose(Duration.ofSeconds(4));

        assertThat(changed)
                .isEqualTo(new Timeouts(
                        Timeouts.DEFAULT.connect(),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4)));
    }

    @Test
    @NullUnmarked
    void rejectsNullByName() {
        ConfigUrl url = ConfigUrl.parse("https://github.com/acme");
        CredentialsSource credentials = () -> new PersonalAccessToken("t");
        ActionsClient.Builder builder = ActionsClient.builder(url, credentials);
        assertThatNullPointerException()
                .isThrownBy(() -> ActionsClient.builder(null, credentials))
                .withMessage("url");
        assertThatNullPointerException()
                .isThrownBy(() -> ActionsClient.builder(url, null))
                .withMessage("credentials");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.timeouts(null))
                .withMessage("timeouts");
        try (ActionsClient client = builder.build()) {
            assertThatNullPointerException()
                    .isThrownBy(() -> client.getRunnerGroup(null))
                    .withMessage("name");
            assertThatNullPointerException()
                    .isThrownBy(() -> client.generateJitConfig(1, null, ""))
                    .withMessage("runnerName");
            assertThatNullPointerException()
                    .isThrownBy(() -> client.openSession(1, null))
                    .withMessage("owner");
        }
    }

    @Test
    void aShortUserAgentNamesTheSystemAsItsOnlyComponent() {
        assertThat(UserAgent.of("my-autoscaler", "1.0"))
                .isEqualTo(new UserAgent("my-autoscaler", "1.0", "unknown", 0, "my-autoscaler"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT1S, 2,   PT30S, 0.3, PT1M",
        "5, PT0S, 2,   PT30S, 0.3, PT1M",
        "5, PT1S, 0.9, PT30S, 0.3, PT1M",
        "5, PT1S, NaN, PT30S, 0.3, PT1M",
        "5, PT1S, 2,   PT0.5S, 0.3, PT1M",
        "5, PT1S, 2,   PT30S, 1,   PT1M",
        "5, PT1S, 2,   PT30S, -0.1, PT1M",
        "5, PT1S, 2,   PT30S, NaN, PT1M",
        "5, PT1S, 2,   PT30S, 0.3, PT-1S"
    })
    void rejectsRetriesThatMakeNoSense(
            int attempts, Duration initial, double multiplier, Duration longest, double jitter, Duration retryAfter) {
        assertThatThrownBy(() -> new RetrySettings(attempts, initial, multiplier, longest, jitter, retryAfter))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
