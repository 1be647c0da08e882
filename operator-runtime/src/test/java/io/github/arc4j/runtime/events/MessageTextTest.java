package io.github.arc4j.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    @Test
    void theLastLinesOfALogAreOneLineWithoutColors() {
        String log = "\u001b[32m\u221a Connected to GitHub\u001b[0m\n\n  Listening for Jobs\r\nKilled\n";
        assertThat(MessageText.lastLines(log, 100))
                .isEqualTo("\u221a Connected to GitHub | Listening for Jobs | Killed");
        assertThat(MessageText.lastLines("", 100)).isEmpty();
    }

    @Test
    void theEndOfALongLogIsKept() {
        assertThat(MessageText.lastLines("first\n".repeat(1_000_000) + "last", 20))
                .isEqualTo("...st | first | last");
        assertThat(MessageText.lastLines("\uD83D\uDE00".repeat(10), 8)).isEqualTo("...\uD83D\uDE00\uD83D\uDE00");
    }

    @Test
    void aLogCannotForgeLinesOrReorderText() {
        assertThat(MessageText.lastLines("a\u202eb\u0000\u2028c\u001b]0;title\u0007\u009b31m", 100))
                .isEqualTo("a\\u202eb\\u0000\\u2028c\\u001b]0;title\\u0007\\u009b31m");
        assertThat(MessageText.lastLines("\u0000".repeat(1000), 32)).hasSize(32).startsWith("...");
    }

    @Test
    void textsThatLookLikeSecretsAreReplaced() {
        String jitConfig = "eyJ" + "aGk".repeat(1000) + "==";
        for (String secret : List.of(
                "ghs_" + "a1B2".repeat(9),
                "github_pat_" + "a1B2".repeat(9),
                "eyJ" + "a1B2".repeat(9) + ".eyJ" + "x_-Y".repeat(9) + ".sig",
                jitConfig)) {
            assertThat(MessageText.lastLines("token " + secret + " refused", 100))
                    .isEqualTo("token *** refused");
        }
        assertThat(MessageText.lastLines(jitConfig.substring(2000) + "\nfailed", 100))
                .isEqualTo("*** | failed");
    }
}
