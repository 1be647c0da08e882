package io.github.arc4j.actions.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":123,\"b\":\"x                  | 123",
                "{\"a\":{\"id\":1},\"ID\":123}             | 123",
                "{\"a\":[1,2],\"id\":\"text\"}             | 0",
                "{\"id\":123                            | 0",
                "{\"id\":12345678901234567890,          | 0",
                "{\"a\":{\"id\":1},                      | 0",
                "[123]                                 | 0",
                "''                                    | 0"
            })
    void readsANumberFromTheBeginningOfAnObject(String beginning, long number) {
        assertThat(JsonObject.number(beginning.getBytes(UTF_8), "id")).isEqualTo(number);
    }

    @Test
    void keysMayBeInAnyCaseAndTheLastCounts() throws IOException {
        JsonObject json = read("{\"ID\":1,\"runnerSetting\":{\"DisableUpdate\":true},\"id\":2}");

        assertThat(json.integer("Id")).isEqualTo(2);
        assertThat(json.object("RunnerSetting"))
                .isNotNull()
                .satisfies(setting -> assertThat(setting.flag("disableUpdate")).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"x\":null}"})
    void whatIsMissingOrNullIsZero(String text) throws IOException {
        JsonObject json = read(text);

        assertThat(json.text("x")).isEmpty();
        assertThat(json.textOrEmpty("x")).isEmpty();
        assertThat(json.flag("x")).isFalse();
        assertThat(json.integer("x")).isZero();
        assertThat(json.number("x")).isZero();
        assertThat(json.time("x")).isNull();
        assertThat(json.uuid("x")).isNull();
        assertThat(json.object("x")).isNull();
        assertThat(json.objects("x")).isEmpty();
        assertThat(json.texts("x")).isEmpty();
    }

    @Test
    void readsValuesOfTheirTypes() throws IOException {
        assertThat(read("{\"x\":-2147483648}").integer("x")).isEqualTo(Integer.MIN_VALUE);
        assertThat(read("{\"x\":9223372036854775807}").number("x")).isEqualTo(Long.MAX_VALUE);
        assertThat(read("{\"x\":\"2024-05-06T09:08:11+02:00\"}").time("x"))
                .isEqualTo(Instant.parse("2024-05-06T07:08:11Z"));
        assertThat(read("{\"x\":\"0001-01-01T00:00:00Z\"}").time("x")).isNull();
        assertThat(read("{\"x\":\"7f0c1a2e-0000-4000-8000-0123456789ab\"}").uuid("x"))
                .isEqualTo(UUID.fromString("7f0c1a2e-0000-4000-8000-0123456789ab"));
        assertThat(read("{\"x\":[{\"y\":\"z\"}]}").objects("x"))
                .singleElement()
                .satisfies(object -> assertThat(object.text("y")).isEqualTo("z"));
    }

    @Test
    void aValueOfAnotherTypeIsAnErrorThatDoesNotQuoteIt() throws IOException {
        JsonObject text = read("{\"x\":\"secret\"}");
        JsonObject number = read("{\"x\":1.5}");
        JsonObject large = read("{\"x\":2147483648}");
        JsonObject larger = read("{\"x\":9223372036854775808}");
        JsonObject list = read("{\"x\":[7]}");

        List<ThrowingCallable> calls = List.of(
                () -> text.flag("x"),
                () -> text.integer("x"),
                () -> text.time("x"),
                () -> text.uuid("x"),
                () -> text.object("x"),
                () -> text.objects("x"),
                () -> number.text("x"),
                () -> number.number("x"),
                () -> large.integer("x"),
                () -> larger.number("x"),
                () -> list.text("x"),
                () -> list.objects("x"),
                () -> list.texts("x"));

        assertThat(calls)
                .allSatisfy(
                        call -> assertThatIOException().isThrownBy(call).withMessage("unexpected JSON type at \"x\""));
    }

    /** Jackson keeps the keys of all texts in one table, unless that is disabled. */
    @Test
    void keysOfOneTextDoNotAffectOthers() throws IOException {
        List<String> others =
                IntStream.range(0, 6500).mapToObj(i -> "other" + i).toList();
        JsonObject.read(withKeys(others));
        JsonObject.read(withKeys(keysWithTheHashOfToken(529)));
        for (int i = 0; i < 100; i++) {
            assertThat(JsonObject.read("{\"token\":\"abc\"}".getBytes(UTF_8)).text("token"))
                    .isEqualTo("abc");
        }
        assertThat(JsonObject.read(withKeys(keysWithTheHashOfToken(10_000))).keys())
                .hasSize(10_000);
    }

    private static byte[] withKeys(List<String> keys) {
        return keys.stream()
                .map(key -> "\"" + key + "\":1")
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(UTF_8);
    }

    /** Keys of eight characters; Jackson calculates the hash from two numbers of four bytes. */
    private static List<String> keysWithTheHashOfToken(int number) {
        int multiplier = 33;
        int inverse = BigInteger.valueOf(multiplier)
                .modInverse(BigInteger.ONE.shiftLeft(32))
                .intValue();
        int hash = mixed(ByteBuffer.wrap("toke".getBytes(UTF_8)).getInt()) + (('n' | 0xffffff00) * multiplier);
        List<String> keys = new ArrayList<>();
        byte[] first = "]]]]".getBytes(UTF_8);
        while (keys.size() < number) {
            for (int i = 0; ++first[i] > '}'; i++) {
                first[i] = ']';
            }
            int rest = (hash - mixed(ByteBuffer.wrap(first).getInt())) * inverse;
            String second = new String(ByteBuffer.allocate(4).putInt(rest).array(), ISO_8859_1);
            if (second.matches("[#-\\[\\]-}]{4}")) {
                keys.add(new String(first, UTF_8) + second);
            }
        }
        return keys;
    }

    private static int mixed(int quad) {
        int hash = quad + (quad >>> 15);
        return hash ^ (hash >>> 9);
    }

    @Test
    void nestingHasALimit() {
        assertThatIOException()
                .isThrownBy(() -> read("{\"a\":" + "[".repeat(100_000)))
                .withMessageStartingWith("invalid JSON");
    }

    /** A text of 16 MiB would become objects of almost 400 MiB. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"\":1}", "0"})
    void theNumberOfValuesHasALimit(String value) {
        assertThatIOException()
                .isThrownBy(() -> read("{\"a\":[" + (value + ",").repeat(400_000) + "0]}"))
                .withMessageStartingWith("invalid JSON");
    }

    private static JsonObject read(String json) throws IOException {
        return JsonObject.read(json.getBytes(UTF_8));
    }
}
