package io.github.arc4j.controller.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference documentation lists every flag. */
class FlagReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference.md");
    private static final String START = "<!-- flags: written by FlagReferenceTest with -Ddocs.update=true -->\n";
    private static final String END = "<!-- end of flags -->\n";

    @Test
    void theReferenceListsEveryFlag() throws IOException {
        String text = Files.readString(REFERENCE);
        String before = text.substring(0, text.indexOf(START) + START.length());
        String after = text.substring(text.indexOf(END));
        String expected = before + table() + after;
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(REFERENCE, expected);
            text = expected;
        }

        assertThat(text).isEqualTo(expected);
    }

    private static String table() {
        String rows = OptionsReader.FLAGS.stream()
                .map(flag -> "| `--%s` | %s | %s | %s |%n"
                        .formatted(
                                flag.name(),
                                flag.type().label(),
                                flag.byDefault().isEmpty() ? "" : "`" + flag.byDefault() + "`",
                                flag.help()))
                .collect(Collectors.joining());
        String ignored =
                IgnoredFlags.ALL.stream().map(flag -> "`--" + flag.name() + "`").collect(Collectors.joining(", "));
        return "| flag | type | default | |%n|---|---|---|---|%n%s%nAccepted without effect: %s.%n"
                .formatted(rows, ignored);
    }
}
