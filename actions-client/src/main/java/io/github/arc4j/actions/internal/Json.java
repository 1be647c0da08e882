package io.github.arc4j.actions.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Go reads and writes it: keys in any case, unknown keys ignored, the zero time means none; {@code <}, {@code >}
 * and {@code &} escaped when written.
 */
final class Json {
    static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private static final Instant ZERO = Instant.parse(ZERO_TIME);

    private static final JsonMapper READER = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(new SimpleModule().addDeserializer(Instant.class, new GoTime()))
            .build();

    private static final ObjectReader ELEMENTS =
            READER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final JsonMapper WRITER = new JsonMapper(
            new JsonFactoryBuilder().characterEscapes(new GoEscapes()).build());

    private static final JsonMapper PLAIN_WRITER = new JsonMapper();

    private Json() {}

    static ObjectNode object() {
        return PLAIN_WRITER.createObjectNode();
    }

    static String write(Object value) {
        return write(WRITER.writer(), value);
    }

    /** Without the escapes of Go. */
    static String writePlain(Object value) {
        return write(PLAIN_WRITER.writer(), value);
    }

    /** JSON that fits into a header. */
    static String writeAscii(Object value) {
        return write(WRITER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII), value);
    }

    /** Reads a value; JSON's null is an error. */
    static <T> T read(byte[] json, Class<T> type) throws IOException {
        if (json.length == 0) {
            throw new IOException("EOF");
        }
        return present(convert(() -> READER.readValue(json, type)));
    }

    static <T> T read(String json, Class<T> type) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /** Reads {@code {count, value: [...]}}. */
    static <T> List<T> readPage(byte[] json, Class<T> type) throws IOException {
        JsonNode page = read(json, JsonNode.class);
        JsonNode value = page.path("value");
        if (value.isArray()) {
            return list(value, type);
        }
        if (page.path("count").asInt(-1) == 0) {
            return List.of();
        }
        throw new IOException("a list was expected");
    }

    /** Reads {@code [...]}, one element after the other, without a tree of them all. */
    static <T> List<T> readList(String json, Class<T> type) throws IOException {
        ObjectReader reader = ELEMENTS.forType(type);
        try (JsonParser parser = reader.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("a list was expected");
            }
            List<T> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(present(convert(() -> reader.readValue(parser))));
            }
            if (parser.nextToken() != null) {
                throw new IOException("something follows the list");
            }
            return values;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private static <T> List<T> list(JsonNode array, Class<T> type) throws IOException {
        List<T> values = new ArrayList<>();
        for (JsonNode element : array) {
            values.add(present(convert(() -> READER.treeToValue(element, type))));
        }
        return values;
    }

    private static <T> T present(@Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException("null instead of a value");
        }
        return value;
    }

    private interface Conversion<T> {
        @Nullable T convert() throws IOException;
    }

    private static <T> @Nullable T convert(Conversion<T> conversion) throws IOException {
        try {
            return conversion.convert();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** What is wrong and where. Jackson's own message quotes the text, which may hold a token, hence not even as cause. */
    private static IOException unreadable(JacksonException e) {
        StringBuilder problem = new StringBuilder();
        if (e instanceof JsonMappingException mapping) {
            problem.append("JSON of another type than expected");
            for (JsonMappingException.Reference step : mapping.getPath()) {
                problem.append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
            }
        } else {
            problem.append(e instanceof JsonEOFException ? "unexpected end of JSON input" : "invalid JSON");
        }
        JsonLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            problem.append(" (line ").append(location.getLineNr());
            problem.append(", column ").append(location.getColumnNr()).append(')');
        }
        return new IOException(problem.toString());
    }

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 3339; the zero time of Go becomes null. */
    private static final class GoTime extends StdDeserializer<Instant> {
        GoTime() {
            super(Instant.class);
        }

        @Override
        public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            try {
                Instant time = OffsetDateTime.parse(text).toInstant();
                return time.equals(ZERO) ? null : time;
            } catch (DateTimeException e) {
                throw context.weirdStringException(text, Instant.class, "not a time");
            }
        }
    }

    private static final class GoEscapes extends CharacterEscapes {
        private static final List<Character> ESCAPED = List.of('<', '>', '&');
        private final int[] escapes = CharacterEscapes.standardAsciiEscapesForJSON();

        GoEscapes() {
            for (char c : ESCAPED) {
                escapes[c] = ESCAPE_CUSTOM;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return c < 128 && escapes[c] == ESCAPE_CUSTOM ? new SerializedString(String.format("\\u%04x", c)) : null;
        }
    }
}
