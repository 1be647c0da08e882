package io.github.arc4j.controller.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "1m, PT1M",
        "1h30m, PT1H30M",
        "1.5s, PT1.5S",
        "-300ms, PT-0.3S",
        "+2us, PT0.000002S",
        ".5h, PT30M",
        "1h1m1s1ms1us1ns, PT1H1M1.001001001S"
    })
    void acceptsTheNotationOfGo(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "m", "1d", "1m ", "1h-2m", ".s", "300000000h"})
    void rejectsEverythingElse(String text) {
        assertThat(GoDuration.parse(text)).isNull();
    }

    @Property
    void millisecondsAreExact(@ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long millis) {
        assertThat(GoDuration.parse(millis + "ms")).isEqualTo(Duration.ofMillis(millis));
    }
}
