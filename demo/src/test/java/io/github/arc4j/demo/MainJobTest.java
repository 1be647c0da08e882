package io.github.arc4j.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.demo.account.Terminal;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo runs all jobs to completion, reports each of them, and leaves nothing behind. */
class MainJobTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(output, true, UTF_8), false, Clock.systemUTC());

    @Test
    void jobsRunToCompletionAndNothingIsLeft() throws Exception {
        DemoOptions options = DemoOptions.parse(List.of("--jobs", "3", "--duration", "0.2", "--failing", "1"));

        try (EmbeddedStage stage = EmbeddedStage.start(terminal::line)) {
            assertThat(new MainJob(stage, options, terminal).run()).isEmpty();
        }

        assertThat(output.toString(UTF_8))
                .contains("scale set registered on GitHub, its listener is waiting for jobs")
                .contains("Run 3 jobs of 0.2 s")
                .contains("nothing is left on GitHub or in the cluster");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--jobs 0",
                "--jobs two",
                "--jobs",
                "--failing 21",
                "--duration -1",
                "--minikube",
                "--console --jobs 3"
            })
    void namesInvalidOptions(String options) {
        assertThatThrownBy(() -> DemoOptions.parse(List.of(options.split(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(options.split(" ")[0]);
    }
}
