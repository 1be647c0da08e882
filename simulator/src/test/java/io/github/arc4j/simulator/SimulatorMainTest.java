package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.simulator.faults.RunnerFault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatorMainTest {
    @Test
    void parsesOptions() {
        SimulatorOptions options = SimulatorMain.parse(new String[] {
            "--port",
            "1234",
            "--pat",
            "one,two",
            "--latency-ms",
            "150",
            "--assignment",
            "direct",
            "--public-url",
            "http://sim",
            "--bad-world",
            "7",
            "--registration-token-delay-ms",
            "2000",
            "--refresh-statistics",
            "false",
            "--redeliver",
            "true",
            "--runner-faults",
            "deaf=0.1,never_exits=0.05"
        });
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.port()).isEqualTo(1234);
        assertThat(options.tokens()).containsExactlyInAnyOrder("one", "two");
        assertThat(options.latency()).isEqualTo(Duration.ofMillis(150));
        assertThat(options.assignment()).isEqualTo(SimulatorOptions.Assignment.DIRECT);
        assertThat(options.publicUrl()).isEqualTo("http://sim");
        assertThat(options.registrationTokenDelay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.refreshStatistics()).isFalse();
        assertThat(options.redeliver()).isTrue();
        assertThat(options.badWorld()).isEqualTo(7);
        assertThat(options.runnerFaults())
                .containsExactly(
                        RunnerFault.of(RunnerFault.Kind.DEAF).randomly(0.1),
                        RunnerFault.of(RunnerFault.Kind.NEVER_EXITS).randomly(0.05));
        assertThat(options.toString()).doesNotContain("one");
    }

    @Test
    void namesInvalidOptions() {
        assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--nothing", "1"}))
                .hasMessage("unknown option --nothing");
        assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--port"})).hasMessage("no value for --port");
        assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--port", "x"}))
                .hasMessageStartingWith("invalid value for --port: ");
        assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--redeliver", "yes"}))
                .hasMessageStartingWith("invalid value for --redeliver: ");
        for (String faults : List.of("deaf", "sleepy=0.1", "deaf=often")) {
            assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--runner-faults", faults}))
                    .hasMessageStartingWith("invalid value for --runner-faults: ");
        }
        assertThatThrownBy(() -> SimulatorMain.parse(new String[] {"--app-public-key", "/nothing"}))
                .hasMessageStartingWith("invalid value for --app-public-key: ");
    }
}
