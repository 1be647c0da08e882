package io.github.arc4j.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.arc4j.actions.wire.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads JSON of the API server, as a {@link JsonTree}. */
public final class Json {
    /**
     * Without a table of keys, whose search takes quadratic time if many have the same hash, and which texts of
     * different users would share.
     */
    private static final JsonFactory WITHOUT_TABLE = withoutTable(unlimited());

    private static final JsonFactory OF_ANY_DEPTH = withoutTable(unlimited().maxNestingDepth(Integer.MAX_VALUE));

    private static final LinearTimeFactory STREAMS =
            new LinearTimeFactory(unlimited().build());

    private Json() {}

    /**
     * Creates parsers for responses of the API server, which limits the size of objects itself. They reject objects
     * that are nested more than 1000 levels deep, and long ones that have hundreds of keys with the same hash.
     */
    public static JsonFactory newFactory() {
        return new LinearTimeFactory(unlimited().build());
    }

    /**
     * A parser with the same limits for a text that is too long to be in memory. It reads from the stream no more than
     * a few KiB ahead, and does not keep what it skips.
     */
    public static JsonParser streamParser(InputStream json) throws IOException {
        return STREAMS.createStreamParser(json);
    }

    private static StreamReadConstraints.Builder unlimited() {
        return StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).maxStringLength(Integer.MAX_VALUE);
    }

    private static JsonFactory withoutTable(StreamReadConstraints.Builder constraints) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(constraints.build())
                .build();
    }

    /**
     * A slower parser that rejects nothing but syntax errors: for parts of objects that other parsers reject. Text
     * beyond ASCII is not decoded, so that offsets of characters are offsets of bytes. Do not read values recursively:
     * there is no limit on their nesting depth.
     */
    public static JsonParser tolerantParser(byte[] json) throws IOException {
        return OF_ANY_DEPTH.createParser(new InputStreamReader(new ByteArrayInputStream(json), ISO_8859_1));
    }

    /** Reads a text that is a JSON object. The message of an exception may quote the text. */
    public static Map<String, @Nullable Object> readObject(byte[] json) throws IOException {
        try (JsonParser parser = WITHOUT_TABLE.createParser(json)) {
            requireObject(parser.nextToken());
            return JsonTree.object(parser);
        }
    }

    /**
     * Reads the parts of a text with these keys, at any depth; the others may be as large and as deep as a user likes,
     * and are not kept in memory.
     */
    public static Map<String, @Nullable Object> readObject(InputStream json, Set<String> keys) throws IOException {
        try (JsonParser parser = OF_ANY_DEPTH.createParser(json)) {
            requireObject(parser.nextToken());
            return JsonTree.object(parser, keys::contains);
        }
    }

    private static void requireObject(@Nullable JsonToken start) throws IOException {
        if (start == null) {
            throw new IOException("no JSON");
        }
    }

    /** A parser for {@link #readNext}. */
    public static JsonParser parser(InputStream json) throws IOException {
        return OF_ANY_DEPTH.createParser(json);
    }

    /** Reads the parts with these keys of the next object in a sequence; null at the end. */
    public static @Nullable Map<String, @Nullable Object> readNext(JsonParser parser, Set<String> keys)
            throws IOException {
        return parser.nextToken() == null ? null : JsonTree.object(parser, keys::contains);
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
