package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with the semantics of Go's decoder: keys are case-insensitive, and the last of several equal keys wins;
 * a missing or null value becomes zero, empty, false, or null. Values are those of a {@link JsonTree}. No exception
 * quotes the text, which may contain a secret.
 */
public final class JsonObject {
    /** Go's zero time, which stands for no time. */
    public static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    /**
     * Limits the memory of the values, which may be 30 times that of their text: 16 MiB of empty objects take 390 MiB. A
     * job has about 50 tokens.
     */
    private static final int MAX_TOKENS = 300_000;

    /**
     * Without the table of keys that all texts would share: a server could fill it with keys that have the same hash, so
     * that no text of another server can be parsed.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
            .build();

    private static final Instant NO_TIME = Instant.parse(ZERO_TIME);
    private static final int UUID_LENGTH = 36;

    public static final JsonObject EMPTY = new JsonObject(Map.of());

    private final Map<String, @Nullable Object> values;

    private JsonObject(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    @FunctionalInterface
    public interface Content<T> {
        /** Parses a value; the parser is at its first token. */
        T read(JsonParser parser) throws IOException;
    }

    /** Parses a text that is an object; JSON's null is an error. */
    public static JsonObject read(byte[] json) throws IOException {
        if (json.length == 0) {
            throw new IOException("EOF");
        }
        try (JsonParser parser = FACTORY.createParser(json)) {
            return whole(parser, start -> new JsonObject(JsonTree.object(start)));
        }
    }

    /** Parses a text that is one value. */
    public static <T> T read(String json, Content<T> content) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return whole(parser, content);
        }
    }

    /**
     * Returns a number of an object of which only the beginning is known; zero if the beginning does not have the whole
     * number.
     */
    public static long number(byte[] beginning, String key) {
        try (JsonParser parser = FACTORY.createParser(beginning)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equalsIgnoreCase(key) && value == JsonToken.VALUE_NUMBER_INT) {
                    long number = parser.getLongValue();
                    parser.nextToken(); // fails if the number may have more digits
                    return number;
                }
                parser.skipChildren();
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static <T> T whole(JsonParser parser, Content<T> content) throws IOException {
        try {
            parser.nextToken();
            T value = content.read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("unexpected text after the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /**
     * Describes the error and its location. Jackson's own exception quotes the text, so it must not appear even as the
     * cause.
     */
    private static IOException unreadable(JacksonException e) {
        String problem = e instanceof JsonEOFException ? "unexpected end of JSON input" : "invalid JSON";
        JsonLocation location = e.getLocation();
        return new IOException(
                location == null || location.getLineNr() <= 0
                        ? problem
                        : problem + " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")");
    }

    /** Wraps an object of a {@link JsonTree}. */
    @SuppressWarnings("unchecked") // keys are strings
    public static JsonObject of(Map<?, ?> object) {
        return new JsonObject((Map<String, @Nullable Object>) object);
    }

    /** Returns the keys in their original case. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Returns whether the key is present, even with a null value. */
    public boolean has(String key) {
        return values.keySet().stream().anyMatch(key::equalsIgnoreCase);
    }

    /** Returns a string; empty if missing. */
    public String text(String key) throws IOException {
        String text = value(key, String.class);
        return text == null ? "" : text;
    }

    /** Returns a string; empty if missing or of another type. */
    public String textOrEmpty(String key) {
        String text = find(key, String.class);
        return text == null ? "" : text;
    }

    /** Returns a boolean; false if missing. */
    public boolean flag(String key) throws IOException {
        Boolean value = value(key, Boolean.class);
        return value != null && value;
    }

    /** Returns a number; zero if missing. */
    public long number(String key) throws IOException {
        Long value = value(key, Long.class);
        return value == null ? 0 : value;
    }

    /** Returns a number; zero if missing. */
    public int integer(String key) throws IOException {
        long value = number(key);
        if ((int) value != value) {
            throw unexpected(key);
        }
        return (int) value;
    }

    /** Returns an RFC 3339 time; null for Go's zero time. */
    public @Nullable Instant time(String key) throws IOException {
        String text = value(key, String.class);
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.equals(NO_TIME) ? null : time;
        } catch (DateTimeException e) {
            throw unexpected(key);
        }
    }

    /** Returns a UUID; null if missing or empty. */
    public @Nullable UUID uuid(String key) throws IOException {
        String text = text(key);
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() != UUID_LENGTH) {
            throw unexpected(key);
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unexpected(key);
        }
    }

    /** Returns an object; null if missing. */
    public @Nullable JsonObject object(String key) throws IOException {
        Map<?, ?> object = value(key, Map.class);
        return object == null ? null : of(object);
    }

    /** Returns a list of strings, with null for null elements; empty if missing. */
    public List<@Nullable String> texts(String key) throws IOException {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object element : list(key)) {
            if (element != null && !(element instanceof String)) {
                throw unexpected(key);
            }
            texts.add((String) element);
        }
        return texts;
    }

    /** Returns a list of objects; empty if missing. */
    public List<JsonObject> objects(String key) throws IOException {
        return list(key, Map.class).stream().map(JsonObject::of).toList();
    }

    /** Returns a list of elements of the same type; empty if missing. */
    public <T> List<T> list(String key, Class<T> type) throws IOException {
        List<T> elements = new ArrayList<>();
        for (Object element : list(key)) {
            if (!type.isInstance(element)) {
                throw unexpected(key);
            }
            elements.add(type.cast(element));
        }
        return elements;
    }

    private List<?> list(String key) throws IOException {
        List<?> list = value(key, List.class);
        return list == null ? List.of() : list;
    }

    /** Returns a value; null if missing, null, or of another type. */
    public <T> @Nullable T find(String key, Class<T> type) {
        Object value = find(key);
        return type.isInstance(value) ? type.cast(value) : null;
    }

    private @Nullable Object find(String key) {
        Object last = null;
        for (Map.Entry<String, @Nullable Object> entry : values.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(key)) {
                last = entry.getValue();
            }
        }
        return last;
    }

    private <T> @Nullable T value(String key, Class<T> type) throws IOException {
        T value = find(key, type);
        if (value == null && find(key) != null) {
            throw unexpected(key);
        }
        return value;
    }

    /** Omits the value, which may be a secret. */
    private static IOException unexpected(String key) {
        return new IOException("unexpected JSON type at \"" + key + "\"");
    }
}
