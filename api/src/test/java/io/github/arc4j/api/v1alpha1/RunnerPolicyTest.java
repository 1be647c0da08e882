package io.github.arc4j.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunnerPolicyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({"90s, PT90S", "1m, PT1M", "1h30m, PT1H30M", "999999h, PT999999H", "2h3m4s, PT2H3M4S", "0s, PT0S"})
    void aDurationConsistsOfHoursMinutesAndSeconds(String text, Duration expected) throws JsonProcessingException {
        assertThat(text).matches(RunnerPolicy.DURATION);
        assertThat(policy("{\"endGrace\": \"%s\"}".formatted(text)).endGraceOrDefault())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1m", "1d", "1.5h", "9999999999999999999999h", "h"})
    void theDefaultReplacesWhatTheSchemaWouldHaveRejected(String text) throws JsonProcessingException {
        RunnerPolicy policy = policy("{\"endGrace\": \"%1$s\", \"onlineTimeout\": \"%1$s\"}".formatted(text));

        assertThat(policy.endGraceOrDefault()).isEqualTo(Duration.ofMinutes(1));
        assertThat(policy.onlineTimeoutOrDefault()).isEqualTo(Duration.ofMinutes(10));
        assertThat(policy.maxLifetimeIfSet()).isEmpty();
    }

    @Test
    void aRunnerThatMayNeverBeOfflineWouldBeReplacedForever() throws JsonProcessingException {
        assertThat(policy("{\"onlineTimeout\": \"0s\"}").onlineTimeoutOrDefault())
                .isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void emptyObjectsTurnFeaturesOn() throws JsonProcessingException {
        RunnerPolicy policy = policy("{\"jobMetadata\": {}, \"retainFailed\": {}}");

        assertThat(policy.marksBusyRunners()).isTrue();
        assertThat(policy.protectsBusyRunners()).isFalse();
        assertThat(policy.retainFailed()).isNotNull().satisfies(retention -> {
            assertThat(retention.durationOrDefault()).isEqualTo(Duration.ofMinutes(10));
            assertThat(retention.maxOrDefault()).isEqualTo(5);
        });
        assertThat(JSON.writeValueAsString(policy)).isEqualTo("{\"jobMetadata\":{},\"retainFailed\":{}}");
    }

    @Test
    void allFieldsSurviveARoundTrip() throws JsonProcessingException {
        RunnerPolicy policy = RunnerPolicy.builder()
                .endGrace("20s")
                .onlineTimeout("40s")
                .maxLifetime("12h")
                .disruption("protectBusy")
                .jobMetadata(new JobMetadata(List.of("runId"), List.of("repository")))
                .retainFailed(new FailedRunnerRetention("1h", 3))
                .build();

        assertThat(policy(JSON.writeValueAsString(policy))).isEqualTo(policy);
        assertThat(JSON.writeValueAsString(policy)).contains("\"retainFailed\":{\"for\":\"1h\",\"max\":3}");
    }

    @Test
    void nothingIsOnByDefault() {
        assertThat(RunnerPolicy.DEFAULT.marksBusyRunners()).isFalse();
        assertThat(RunnerPolicy.DEFAULT.protectsBusyRunners()).isFalse();
        assertThat(RunnerPolicy.DEFAULT.retainFailed()).isNull();
        assertThat(RunnerPolicy.DEFAULT.maxLifetimeIfSet()).isEmpty();
    }

    private static RunnerPolicy policy(String json) throws JsonProcessingException {
        return JSON.readValue(json, RunnerPolicy.class);
    }

    @Test
    void failedRunnersAreRetainedIfThePolicySaysSo() {
        assertThat(RunnerPolicy.DEFAULT.retentionIfEnabled()).isEmpty();
        assertThat(retaining(new FailedRunnerRetention("", null)).retentionIfEnabled())
                .isPresent();
        assertThat(retaining(new FailedRunnerRetention("", 0)).retentionIfEnabled())
                .isEmpty();
        assertThat(retaining(new FailedRunnerRetention("0s", null)).retentionIfEnabled())
                .isEmpty();
    }

    private static RunnerPolicy retaining(FailedRunnerRetention retention) {
        return RunnerPolicy.builder().retainFailed(retention).build();
    }
}
