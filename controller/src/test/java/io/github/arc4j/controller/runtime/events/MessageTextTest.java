package io.github.arc4j.controller.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTextTest {
    @Test
    void longMessagesAreCutAndShortOnesKept() {
        assertThat(MessageText.of("short")).isEqualTo("short");
        assertThat(MessageText.of("x".repeat(1_000_000))).hasSize(4096).endsWith("x...");
    }

    @Test
    void surrogatePairsAreNotSplit() {
        assertThat(MessageText.of("\uD83D\uDE00".repeat(10), 8)).isEqualTo("\uD83D\uDE00\uD83D\uDE00...");
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(MessageText.of("one\r\n\u001b[31mtwo\u202E\u2028\u0000 \u00e9\u4e2d\uD83D\uDE00 {{ .Values }} ${x}"))
                .isEqualTo("one\\r\\n\\u001b[31mtwo\\u202e\\u2028\\u0000 \u00e9\u4e2d\uD83D\uDE00 {{ .Values }} ${x}");
        assertThat(MessageText.of("\u0000".repeat(100), 32))
                .hasSize(32)
                .startsWith("\\u0000")
                .endsWith("...");
    }
}
