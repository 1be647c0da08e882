package io.github.arc4j.process.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusLabelTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 200, 204, 301, 308, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504})
    void usualStatusesAreCountedOneByOne(int status) {
        assertThat(StatusLabel.of(status)).isEqualTo(Integer.toString(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 199, 205, 300, 309, 399, 430, 499, 505, 999})
    void otherStatusesAreCountedTogether(int status) {
        assertThat(StatusLabel.of(status)).isEqualTo("other");
    }

    @Test
    void thereAreFewValues() {
        assertThat(IntStream.range(-1000, 10_000).mapToObj(StatusLabel::of).distinct())
                .hasSizeLessThanOrEqualTo(50);
    }
}
