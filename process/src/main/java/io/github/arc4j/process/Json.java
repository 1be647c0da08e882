package io.github.arc4j.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.arc4j.actions.wire.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON of the API server, as a {@link JsonTree}. */
public final class Json {
    private static final JsonFactory FACTORY = newFactory();

    /** Without the table of keys, whose search takes quadratic time if they have the same hash. */
    private static final JsonFactory TOLERANT = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    unlimited().maxNestingDepth(Integer.MAX_VALUE).build())
            .build();

    private Json() {}

    /**
     * Creates parsers for responses of the API server, which limits the size of objects itself. They reject objects
     * that are nested more than 1000 levels deep, and long ones that have hundreds of keys with the same hash.
     */
    public static JsonFactory newFactory() {
        return new LinearTimeFactory(unlimited().build());
    }

    private static StreamReadConstraints.Builder unlimited() {
        return StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).maxStringLength(Integer.MAX_VALUE);
    }

    /**
     * A slower parser that rejects nothing but syntax errors: for parts of objects that other parsers reject. Text
     * beyond ASCII is not decoded, so that offsets of characters are offsets of bytes. Do not read values recursively:
     * there is no limit on their nesting depth.
     */
    public static JsonParser tolerantParser(byte[] json) throws IOException {
        return TOLERANT.createParser(new InputStreamReader(new ByteArrayInputStream(json), ISO_8859_1));
    }

    /** Reads a text that is a JSON object. The message of an exception may quote the text. */
    public static Map<String, @Nullable Object> readObject(byte[] json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            @Nullable Map<String, @Nullable Object> object = readNext(parser);
            if (object == null) {
                throw new IOException("no JSON");
            }
            return object;
        }
    }

    /** A parser for a sequence of objects. */
    public static JsonParser parser(InputStream json) throws IOException {
        return FACTORY.createParser(json);
    }

    /** Reads the next object; null at the end. */
    public static @Nullable Map<String, @Nullable Object> readNext(JsonParser parser) throws IOException {
        return parser.nextToken() == null ? null : JsonTree.object(parser);
    }

    /** The object at a key; empty if there is none. */
    @SuppressWarnings("unchecked") // keys are texts
    public static Map<String, @Nullable Object> object(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof Map<?, ?> object ? (Map<String, @Nullable Object>) object : Map.of();
    }

    /** The objects in the list at a key, which must exist. */
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

    /** The text at a key; empty if there is none. */
    public static String text(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof String text ? text : "";
    }
}
