package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus' own tool to check rules and queries. */
final class Promtool {
    private static final String MISSING =
            "promtool (Debian package prometheus) is not on the PATH, so alerts and queries are not checked.";

    private static final boolean IS_INSTALLED = find();

    private Promtool() {}

    private static boolean find() {
        boolean isInstalled = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        if (!isInstalled) {
            System.out.println(MISSING); // once, and not for each test
        }
        return isInstalled;
    }

    /**
     * Skips the test if promtool is not on the PATH.
     *
     * @throws AssertionError in this case, if the system property {@code promtool=required} is set
     */
    static void assumeInstalled() {
        if (System.getProperty("promtool", "").equals("required")) {
            assertThat(IS_INSTALLED).as("-Dpromtool=required: %s", MISSING).isTrue();
        }
        assumeTrue(IS_INSTALLED, MISSING);
    }

    /** Runs promtool, which must succeed. */
    static void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
