package io.github.arc4j.controller.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTextTest {
    @Test
    void longOnesAreCutAndShortOnesStay() {
        assertThat(MessageText.cut("short")).isEqualTo("short");
        assertThat(MessageText.cut("x".repeat(1_000_000))).hasSize(4096).endsWith("x...");
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(MessageText.cut("\uD83D\uDE00".repeat(10), 8)).isEqualTo("\uD83D\uDE00\uD83D\uDE00...");
    }
}
