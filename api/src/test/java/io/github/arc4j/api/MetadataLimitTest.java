package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataLimitTest {
    private static final Pattern LABEL_VALUES = Pattern.compile("COMPONENT_.*|PART_OF_.*|TRUE");

    private static Map<String, String> others(int number, int valueLength) {
        Map<String, String> others = new HashMap<>();
        for (int i = 0; i < number; i++) {
            others.put("%04d".formatted(i), "x".repeat(valueLength));
        }
        return others;
    }

    @Test
    void theFirstOthersAreKept() {
        assertThat(MetadataLimit.limited(others(128, 10))).isEqualTo(others(128, 10));
        assertThat(MetadataLimit.limited(others(1000, 10))).isEqualTo(others(128, 10));
        assertThat(MetadataLimit.limited(others(1000, 5_000))).isEqualTo(others(6, 5_000));
        assertThat(MetadataLimit.limited(others(3, 9_000))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {Annotations.class, Labels.class})
    void allKeysOfTheControllerAreKept(Class<?> keys) throws Exception {
        Map<String, String> own = new HashMap<>();
        for (Field field : keys.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.getType() == String.class
                    && !LABEL_VALUES.matcher(field.getName()).matches()) {
                own.put((String) field.get(null), "value");
            }
        }
        assertThat(own).hasSizeGreaterThan(10);
        Map<String, String> all = others(1000, 10);
        all.putAll(own);
        assertThat(MetadataLimit.limited(all)).hasSize(128 + own.size()).containsAllEntriesOf(own);

        own.replaceAll((key, value) -> "x".repeat(4_000));
        all.putAll(own);
        assertThat(MetadataLimit.limited(all).values().stream()
                        .mapToInt(String::length)
                        .sum())
                .as("those of the controller are short")
                .isLessThan(5 * MetadataLimit.MAX_LENGTH);
    }
}
