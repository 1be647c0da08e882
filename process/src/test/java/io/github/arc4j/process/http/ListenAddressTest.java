package io.github.arc4j.process.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @Test
    void readsPortWithAndWithoutHost() {
        assertThat(ListenAddress.parse(":8080")).isEqualTo(new ListenAddress("", 8080));
        assertThat(ListenAddress.parse("8080")).isEqualTo(new ListenAddress("", 8080));
        assertThat(ListenAddress.parse("0.0.0.0:1")).isEqualTo(new ListenAddress("0.0.0.0", 1));
        assertThat(ListenAddress.parse("[::1]:8080"))
                .isEqualTo(new ListenAddress("::1", 8080))
                .hasToString("[::1]:8080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "host", ":http", ":70000", ":-1", "::1:8080"})
    void refusesTheRestAndNamesIt(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
