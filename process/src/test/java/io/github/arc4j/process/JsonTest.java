package io.github.arc4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsValuesOfAllTypes() throws IOException {
        Map<String, @Nullable Object> json =
                read("{\"a\":{\"b\":[1,\"x\",null,{}]},\"c\":1.5,\"d\":9223372036854775808,\"e\":true,\"f\":null}");

        assertThat(json).containsOnlyKeys("a", "c", "d", "e", "f");
        assertThat(Json.object(json, "a")).containsEntry("b", Arrays.asList(1L, "x", null, Map.of()));
        assertThat(json)
                .containsEntry("c", 1.5)
                .containsEntry("d", 0x1p63)
                .containsEntry("e", true)
                .containsEntry("f", null);
    }

    @Test
    void whatIsOfAnotherTypeIsEmpty() throws IOException {
        Map<String, @Nullable Object> json = read("{\"text\":\"a\",\"number\":1,\"null\":null}");

        assertThat(Json.text(json, "text")).isEqualTo("a");
        assertThat(List.of("number", "null", "missing"))
                .allSatisfy(key -> assertThat(Json.text(json, key)).isEmpty());
        assertThat(List.of("text", "number", "null", "missing"))
                .allSatisfy(key -> assertThat(Json.object(json, key)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"items\":null}", "{\"items\":{}}", "{\"items\":[1]}", "{\"items\":[null]}"})
    void aListThatIsNoneIsNoEmptyList(String json) throws IOException {
        Map<String, @Nullable Object> object = read(json);

        assertThatIOException().isThrownBy(() -> Json.objects(object, "items")).withMessageStartingWith("items ");
    }

    @Test
    void readsObjectsThatFollowEachOther() throws IOException {
        Set<String> keys = Set.of("a");
        try (JsonParser parser = Json.parser(new ByteArrayInputStream("{\"a\":1}\n{\"a\":2} [".getBytes(UTF_8)))) {
            assertThat(Json.readNext(parser, keys)).containsEntry("a", 1L);
            assertThat(Json.readNext(parser, keys)).containsEntry("a", 2L);
            assertThatIOException().isThrownBy(() -> Json.readNext(parser, keys));
        }
        try (JsonParser parser = Json.parser(new ByteArrayInputStream(new byte[0]))) {
            assertThat(Json.readNext(parser, keys)).isNull();
        }
    }

    @Test
    void aLongTextIsNotReadAheadOfItsParser() throws IOException {
        String key = "x".repeat(100_000);
        String start = "{\"a\":1,\"%s\":\"\u00e4\",\"b\":".formatted(key);
        InputStream endless =
                new SequenceInputStream(new ByteArrayInputStream(start.getBytes(UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("read ahead");
                    }
                });
        try (JsonParser parser = Json.newFactory().createParser(endless)) {
            parser.nextToken();
            assertThat(parser.nextFieldName()).isEqualTo("a");
            parser.nextToken();
            assertThat(parser.nextFieldName()).isEqualTo(key);
            assertThat(parser.nextTextValue()).isEqualTo("\u00e4");
        }
    }

    @Test
    void readsPartsOnly() throws IOException {
        String json = "{\"a\":[{\"b\":\"ä\",\"x\":1},2],\"x\":{\"a\":3},\"b\":{\"a\":null,\"y\":[{}]}}";
        assertThat(Json.readObject(new ByteArrayInputStream(json.getBytes(UTF_8)), Set.of("a", "b")))
                .isEqualTo(Map.of("a", List.of(Map.of("b", "ä"), 2L), "b", Collections.singletonMap("a", null)));
    }

    /** Users can make the other parts as deep as they like. */
    @Test
    void otherPartsMayBeNestedDeeply() throws IOException {
        String json = "{\"x\":" + "{\"x\":".repeat(5000) + "1" + "}".repeat(5000) + ",\"a\":1}";
        assertThat(Json.readObject(new ByteArrayInputStream(json.getBytes(UTF_8)), Set.of("a")))
                .isEqualTo(Map.of("a", 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "null", "{", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\" 1}", "x"})
    void whatIsNoObjectIsAnError(String json) {
        assertThatIOException().isThrownBy(() -> read(json));
    }

    @Test
    void nestingHasALimit() {
        assertThatIOException().isThrownBy(() -> read("{\"a\":" + "[".repeat(100_000)));
    }

    private static Map<String, @Nullable Object> read(String json) throws IOException {
        return Json.readObject(json.getBytes(UTF_8));
    }
}
