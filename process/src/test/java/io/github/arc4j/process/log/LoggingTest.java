package io.github.arc4j.process.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LoggingTest {
    private final Output output = new Output();

    private static final class Output extends ByteArrayOutputStream {
        private int writes;

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            writes++;
            super.write(bytes, offset, length);
            notifyAll();
        }

        synchronized void awaitWrite() {
            while (writes == 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private String logged(LogLevel level, Runnable lines) {
        PrintStream before = System.out;
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            Logging.configure(LogStyle.LISTENER, level, LogFormat.TEXT, Map.of());
            lines.run();
            Logging.endDelay();
        } finally {
            System.setOut(before);
            Logging.configure(LogStyle.LISTENER, LogLevel.INFO, LogFormat.TEXT, Map.of());
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void debugIsForOurOwnLoggersOnly() {
        String lines = logged(LogLevel.DEBUG, () -> {
            LoggerFactory.getLogger("io.github.arc4j.some.Part").debug("ours {}", 1);
            LoggerFactory.getLogger("org.other").debug("theirs");
            LoggerFactory.getLogger("org.other").info("their news");
        });
        assertThat(lines).contains("logger=Part msg=\"ours 1\"").contains("logger=org.other msg=\"their news\"");
        assertThat(lines).hasLineCount(2);
    }

    @Test
    void linesAreWrittenTogetherInTheirOrder() {
        int count = 1000;
        String lines = logged(LogLevel.DEBUG, () -> {
            Logger log = LoggerFactory.getLogger("io.github.arc4j.some.Part");
            IntStream.range(0, count)
                    .forEach(i ->
                            log.atLevel(i % 2 == 0 ? Level.DEBUG : Level.INFO).log("step{}.", i));
            log.warn("end");
        });
        assertThat(lines)
                .hasLineCount(count + 1)
                .containsSubsequence(IntStream.range(0, count)
                        .mapToObj(i -> "step" + i + ".")
                        .toList())
                .endsWith("msg=end\n");
        assertThat(output.writes).isLessThan(count);
    }

    @Test
    void aLineIsWrittenWithoutAnotherOne() {
        String lines = logged(LogLevel.INFO, () -> {
            LoggerFactory.getLogger("io.github.arc4j.some.Part").info("alone");
            output.awaitWrite();
        });
        assertThat(lines).endsWith("msg=alone\n");
    }

    @Test
    void lessSevereLinesAreLeftOut() {
        String lines = logged(LogLevel.ERROR, () -> {
            LoggerFactory.getLogger("io.github.arc4j.some.Part").warn("no");
            LoggerFactory.getLogger("org.other").warn("no");
            LoggerFactory.getLogger("io.github.arc4j.some.Part").error("yes");
        });
        assertThat(lines).contains("msg=yes").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"main, 0", "hook, 0", "halting hook, 3"})
    void theLastLineIsWritten(String where, int exitCode) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogsAndExits.class.getName(),
                        where)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(exitCode);
        assertThat(output).contains("msg=goodbye");
    }

    static final class LogsAndExits {
        private LogsAndExits() {}

        public static void main(String[] args) {
            Logging.configure(LogStyle.LISTENER, LogLevel.INFO, LogFormat.TEXT, Map.of());
            Logger log = LoggerFactory.getLogger("io.github.arc4j.Main");
            Thread exiting = Thread.currentThread();
            switch (args[0]) {
                case "main" -> log.info("goodbye");
                case "hook" ->
                    inAHook(() -> {
                        waitForTheHookOfTheJdk(exiting);
                        log.info("goodbye");
                    });
                default ->
                    ShutdownHook.register(() -> {
                        log.info("goodbye");
                        return 3;
                    });
            }
            System.exit(0);
        }

        private static void inAHook(Runnable action) {
            Runtime.getRuntime().addShutdownHook(new Thread(action));
        }

        private static void waitForTheHookOfTheJdk(Thread exiting) {
            try {
                exiting.join(300);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
