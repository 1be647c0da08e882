package io.github.arc4j.process.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

class LogLineTest {
    @AfterEach
    void clearContext() {
        MDC.clear();
    }

    private static LogRecord record(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        record.setLoggerName("io.github.arc4j.controller.EphemeralRunner");
        return record;
    }

    private static String line(LogStyle style, LogFormat format, LogRecord record) {
        return new LogLine(style, format, Map.of("version", "1.0")).format(record);
    }

    @Test
    void controllerTextIsTabSeparatedWithFieldsAsJson() {
        MDC.put("ephemeralrunner", "ns/runner-1");
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, "Created pod")))
                .isEqualTo("2026-01-02T03:04:05Z\tINFO\tEphemeralRunner\tCreated pod\t"
                        + "{\"version\":\"1.0\",\"ephemeralrunner\":\"ns/runner-1\"}\n");
    }

    @Test
    void fieldsOfControllerTextAreValidJson() {
        MDC.put("a\"b", "c:\\d \"e\"\n\u202e{\u00fc}");
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, "x")))
                .endsWith("\t{\"version\":\"1.0\",\"a\\\"b\":\"c:\\\\d \\\"e\\\"\\n\\u202e{\u00fc}\"}\n");
    }

    @Test
    void fieldsHaveTheSameOrderInEachLine() {
        for (String field : List.of("step", "reconcileID", "namespace", "name", "reason", "kind")) {
            MDC.put(field, "x");
        }
        assertThat(line(LogStyle.CONTROLLER, LogFormat.JSON, record(Level.INFO, "x")))
                .endsWith("\"version\":\"1.0\",\"kind\":\"x\",\"name\":\"x\",\"namespace\":\"x\",\"reason\":\"x\","
                        + "\"reconcileID\":\"x\",\"step\":\"x\"}\n");
    }

    @Test
    void controllerJsonHasSeverityAndMessage() {
        assertThat(line(LogStyle.CONTROLLER, LogFormat.JSON, record(Level.WARNING, "a \"b\"\nc")))
                .isEqualTo("{\"severity\":\"warn\",\"ts\":\"2026-01-02T03:04:05Z\",\"logger\":\"EphemeralRunner\","
                        + "\"message\":\"a \\\"b\\\"\\nc\",\"version\":\"1.0\"}\n");
    }

    @Test
    void theIdOfAPassIsInEachLineOfBothFormats() {
        MDC.put("reconcileID", "0b5f");
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, "x")))
                .endsWith("\t{\"version\":\"1.0\",\"reconcileID\":\"0b5f\"}\n");
        assertThat(line(LogStyle.CONTROLLER, LogFormat.JSON, record(Level.INFO, "x")))
                .endsWith(",\"version\":\"1.0\",\"reconcileID\":\"0b5f\"}\n");
    }

    @Test
    void theFieldsOfAJobAreInBothFormats() {
        MDC.put("job", "build (\"a b\")");
        MDC.put("repository", "org/repo");
        MDC.put("run", "5");
        MDC.put("workflow", "org/repo/.github/workflows/ci.yaml@refs/heads/main");
        String fields = "\"version\":\"1.0\",\"job\":\"build (\\\"a b\\\")\",\"repository\":\"org/repo\",\"run\":\"5\","
                + "\"workflow\":\"org/repo/.github/workflows/ci.yaml@refs/heads/main\"}\n";
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, "x")))
                .endsWith("\tx\t{" + fields);
        assertThat(line(LogStyle.CONTROLLER, LogFormat.JSON, record(Level.INFO, "x")))
                .endsWith(",\"message\":\"x\"," + fields);
    }

    @Test
    void listenerTextIsKeyValueAndQuotesWhatNeedsIt() {
        MDC.put("empty", "");
        assertThat(line(LogStyle.LISTENER, LogFormat.TEXT, record(Level.FINE, "two words")))
                .isEqualTo("time=2026-01-02T03:04:05.678Z level=DEBUG logger=EphemeralRunner msg=\"two words\""
                        + " version=1.0 empty=\"\"\n");
    }

    @Test
    void listenerJsonHasLevelAndMsg() {
        assertThat(line(LogStyle.LISTENER, LogFormat.JSON, record(Level.SEVERE, "x")))
                .isEqualTo("{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"ERROR\",\"logger\":\"EphemeralRunner\","
                        + "\"msg\":\"x\",\"version\":\"1.0\"}\n");
    }

    @Test
    void thrownIsAFieldAndAStackTrace() {
        LogRecord record = record(Level.SEVERE, "x");
        record.setThrown(new IllegalStateException("boom"));
        assertThat(line(LogStyle.LISTENER, LogFormat.TEXT, record))
                .contains(" error=\"java.lang.IllegalStateException: boom\"\njava.lang.IllegalStateException: boom\n")
                .contains("\tat " + LogLineTest.class.getName());
        assertThat(line(LogStyle.LISTENER, LogFormat.JSON, record))
                .contains("\"error\":\"java.lang.IllegalStateException: boom\",\"stacktrace\":\"java.lang")
                .hasLineCount(1);
    }

    @Test
    void foreignTextForgesNoLineAndHidesNothing() {
        String forged = "no\n2026-01-02T03:04:05Z\tERROR\tManager\tall is lost\r\u001b[2J\u0085\u2028\u202egnp.exe";
        String visible =
                "no\\n2026-01-02T03:04:05Z\\tERROR\\tManager\\tall is lost\\r\\u001b[2J\\u0085\\u2028\\u202egnp.exe";
        MDC.put("job", forged);
        for (LogStyle style : LogStyle.values()) {
            for (LogFormat format : LogFormat.values()) {
                String line = line(style, format, record(Level.INFO, forged));
                assertThat(line).endsWith("\n").hasLineCount(1);
                assertThat(line.substring(0, line.length() - 1).chars())
                        .noneMatch(c -> c == '\r' || c == 0x1b || c == 0x85 || c == 0x2028 || c == 0x202e);
            }
        }
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, forged)))
                .isEqualTo("2026-01-02T03:04:05Z\tINFO\tEphemeralRunner\t" + visible + "\t"
                        + "{\"version\":\"1.0\",\"job\":\"" + visible.replace("\\u001b", "\\u001B") + "\"}\n");
    }

    @Test
    void messagesInAStackTraceForgeNoLine() {
        IOException cause = new IOException("cause\nforged");
        IllegalStateException thrown = new IllegalStateException("boom\nforged", cause);
        thrown.addSuppressed(new IOException("suppressed\nforged"));
        cause.initCause(thrown);
        LogRecord record = record(Level.SEVERE, "x");
        record.setThrown(thrown);
        for (LogStyle style : LogStyle.values()) {
            assertThat(line(style, LogFormat.TEXT, record).lines().skip(1))
                    .startsWith("java.lang.IllegalStateException: boom\\nforged")
                    .contains("Caused by: java.io.IOException: cause\\nforged")
                    .contains("\tSuppressed: java.io.IOException: suppressed\\nforged")
                    .noneMatch(line -> line.startsWith("forged"));
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void noTextFillsALog(LogFormat format) {
        String huge = "\uD83D\uDE00x".repeat(100_000);
        LogRecord record = record(Level.SEVERE, "message " + huge);
        record.setThrown(new IllegalStateException("thrown " + huge, new IllegalStateException("cause " + huge)));
        MDC.put("scale_set", "set " + huge);
        String text = line(LogStyle.CONTROLLER, format, record);
        assertThat(text)
                .contains("message ", "thrown ", "cause ", "set ")
                .hasSizeLessThan(100_000)
                .doesNotContain("\\ud83d");
    }

    @Test
    void ordinaryTextOfOtherLanguagesStaysAsItIs() {
        assertThat(line(LogStyle.CONTROLLER, LogFormat.TEXT, record(Level.INFO, "Prüfung \u65e5\u672c \ud83d\ude80")))
                .contains("\tPrüfung \u65e5\u672c \ud83d\ude80\t");
    }

    @Test
    void fieldsReachVirtualThreadsStartedInTheirScope() throws InterruptedException {
        MDC.put("request", "r1");
        StringBuilder line = new StringBuilder();
        Thread.startVirtualThread(() -> line.append(line(LogStyle.LISTENER, LogFormat.TEXT, record(Level.INFO, "x"))))
                .join();
        assertThat(line).contains(" request=r1");
    }

    @Test
    void levelsAreReadInAnyCaseAndFormatsExactly() {
        assertThat(LogLevel.parse("WARN")).isEqualTo(LogLevel.WARN);
        assertThat(LogLevel.WARN).hasToString("warn");
        assertThat(LogFormat.parse("json")).isEqualTo(LogFormat.JSON);
        assertThatThrownBy(() -> LogLevel.parse("3")).hasMessageStartingWith("invalid log level: \"3\"");
        assertThatThrownBy(() -> LogFormat.parse("JSON")).hasMessageStartingWith("invalid log format: \"JSON\"");
    }
}
