package io.github.arc4j.actions.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Go reads and writes it: keys in any case, unknown keys ignored, the zero time means none; {@code <}, {@code >}
 * and {@code &} escaped when written. It does without data binding, whose classes take more memory than all that this
 * library does.
 */
final class Json {
    static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final CharacterEscapes GO_ESCAPES = new GoEscapes();
    private static final int LAST_ASCII = 127;

    /** Makes something of an object. */
    @FunctionalInterface
    interface Conversion<T> {
        T of(JsonObject object) throws IOException;
    }

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private Json() {}

    /** Writes an object. */
    static String write(Fields fields) {
        return write(out -> out.setCharacterEscapes(GO_ESCAPES), object(fields));
    }

    /** Writes an object without the escapes of Go. */
    static String writePlain(Fields fields) {
        return write(out -> {}, object(fields));
    }

    /** Writes an object that fits into a header. */
    static String writeAscii(Fields fields) {
        return write(out -> out.setCharacterEscapes(GO_ESCAPES).setHighestNonEscapedChar(LAST_ASCII), object(fields));
    }

    static String write(List<Long> numbers) {
        return write(out -> {}, out -> {
            out.writeStartArray();
            for (long number : numbers) {
                out.writeNumber(number);
            }
            out.writeEndArray();
        });
    }

    private static Fields object(Fields fields) {
        return out -> {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        };
    }

    private static String write(Fields settings, Fields content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            settings.write(out);
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Reads an object; JSON's null is an error. */
    static JsonObject read(byte[] json) throws IOException {
        if (json.length == 0) {
            throw new IOException("EOF");
        }
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            JsonObject object = object(parser);
            end(parser);
            return object;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** Reads {@code {count, value: [...]}} with objects. */
    static <T> List<T> readPage(byte[] json, Conversion<T> conversion) throws IOException {
        List<T> values = new ArrayList<>();
        for (JsonObject element : page(json, JsonObject.class)) {
            values.add(conversion.of(element));
        }
        return values;
    }

    /** Reads {@code {count, value: [...]}} with numbers. */
    static List<Long> readNumbers(byte[] json) throws IOException {
        return page(json, Long.class);
    }

    private static <T> List<T> page(byte[] json, Class<T> type) throws IOException {
        JsonObject page = read(json);
        List<?> value = page.find("value", List.class);
        if (value == null) {
            Long count = page.find("count", Long.class);
            if (count != null && count == 0) {
                return List.of();
            }
            throw new IOException("a list was expected");
        }
        List<T> elements = new ArrayList<>();
        for (Object element : value) {
            if (!type.isInstance(element)) {
                throw new IOException("JSON of another type than expected in \"value\"");
            }
            elements.add(type.cast(element));
        }
        return elements;
    }

    /** Reads {@code [...]}, one element of any type after the other, without a tree of them all. */
    static <T> List<T> readList(String json, Function<@Nullable Object, T> conversion) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("a list was expected");
            }
            List<T> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(conversion.apply(value(parser)));
            }
            end(parser);
            return values;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new IOException("something follows the JSON value");
        }
    }

    /** The parser is at the object's start. */
    private static JsonObject object(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException(
                    parser.currentToken() == JsonToken.VALUE_NULL
                            ? "null instead of a value"
                            : "a JSON object was expected");
        }
        JsonObject object = new JsonObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            object.put(key, value(parser));
        }
        return object;
    }

    /** Jackson limits how deep values may be nested. */
    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> list(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getDoubleValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static List<@Nullable Object> list(JsonParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }

    /** What is wrong and where. Jackson's own message quotes the text, which may hold a token, hence not even as cause. */
    private static IOException unreadable(JacksonException e) {
        StringBuilder problem =
                new StringBuilder(e instanceof JsonEOFException ? "unexpected end of JSON input" : "invalid JSON");
        JsonLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            problem.append(" (line ").append(location.getLineNr());
            problem.append(", column ").append(location.getColumnNr()).append(')');
        }
        return new IOException(problem.toString());
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
