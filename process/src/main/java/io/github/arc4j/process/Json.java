package io.github.arc4j.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON without data binding, the classes of which take several MiB: more than what a listener reads. Values are Maps,
 * Lists, Strings, Booleans, Longs, Doubles (also for integers that are too large for a Long) and null.
 */
public final class Json {
    private static final JsonFactory FACTORY = newFactory();

    /** Writes something. */
    @FunctionalInterface
    public interface Content {
        /** Writes it. */
        void writeTo(JsonGenerator out) throws IOException;
    }

    private Json() {}

    /**
     * Parsers for what the API server sends, which bounds objects itself. If a parser refused one for the length of a key, a
     * user could keep everybody's objects of that kind from being read.
     */
    public static JsonFactory newFactory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    /** Writes a text. */
    public static String write(Content content) {
        StringWriter text = new StringWriter(160);
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Reads a text that is an object. The message of what is thrown may quote the text. */
    public static Map<String, @Nullable Object> readObject(byte[] json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            @Nullable Map<String, @Nullable Object> object = readNext(parser);
            if (object == null) {
                throw new IOException("no JSON");
            }
            return object;
        }
    }

    /** A parser of objects that follow each other. */
    public static JsonParser parser(InputStream json) throws IOException {
        return FACTORY.createParser(json);
    }

    /** Reads the next of the objects; null at their end. */
    public static @Nullable Map<String, @Nullable Object> readNext(JsonParser parser) throws IOException {
        @Nullable JsonToken start = parser.nextToken();
        if (start == null) {
            return null;
        }
        if (start != JsonToken.START_OBJECT) {
            throw new IOException("not a JSON object");
        }
        return object(parser);
    }

    /** The object of a key; empty if there is none. */
    @SuppressWarnings("unchecked") // keys are texts
    public static Map<String, @Nullable Object> object(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof Map<?, ?> object ? (Map<String, @Nullable Object>) object : Map.of();
    }

    /** The objects of a key's list, which must be there. */
    @SuppressWarnings("unchecked") // keys are texts
    public static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> json, String key)
            throws IOException {
        if (!(json.get(key) instanceof List<?> list)) {
            throw new IOException(key + " is not a list");
        }
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Map<?, ?> object)) {
                throw new IOException(key + " has an element that is not an object");
            }
            objects.add((Map<String, @Nullable Object>) object);
        }
        return objects;
    }

    /** The text of a key; empty if there is none. */
    public static String text(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof String text ? text : "";
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
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
}
