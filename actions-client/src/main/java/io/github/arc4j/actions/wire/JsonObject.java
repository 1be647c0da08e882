package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
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
 * A JSON object as Go reads one: keys in any case, of which the last counts; what is missing or null is zero, empty,
 * false, or null here. Values are those of a {@link JsonTree}. No exception quotes the text, which may hold a secret.
 */
public final class JsonObject {
    /** What Go means by none. */
    public static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Instant NO_TIME = Instant.parse(ZERO_TIME);
    private static final int UUID_LENGTH = 36;

    /** An object without keys. */
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    private final Map<String, @Nullable Object> values;

    private JsonObject(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** Reads elements of a text. */
    @FunctionalInterface
    public interface Content<T> {
        /** The parser is at the first token. */
        T read(JsonParser parser) throws IOException;
    }

    /** Reads a text that is an object; JSON's null is an error. */
    public static JsonObject read(byte[] json) throws IOException {
        if (json.length == 0) {
            throw new IOException("EOF");
        }
        try (JsonParser parser = FACTORY.createParser(json)) {
            return whole(parser, start -> new JsonObject(JsonTree.object(start)));
        }
    }

    /** Reads a text that is one value. */
    public static <T> T read(String json, Content<T> content) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return whole(parser, content);
        }
    }

    private static <T> T whole(JsonParser parser, Content<T> content) throws IOException {
        try {
            parser.nextToken();
            T value = content.read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** What is wrong and where. Jackson's own message quotes the text, hence not even as cause. */
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

    /** An object of a {@link JsonTree}. */
    @SuppressWarnings("unchecked") // keys are texts
    public static JsonObject of(Map<?, ?> object) {
        return new JsonObject((Map<String, @Nullable Object>) object);
    }

    /** Its keys, as they are written. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether there is a value, and be it null. */
    public boolean has(String key) {
        return values.keySet().stream().anyMatch(key::equalsIgnoreCase);
    }

    /** Empty if it is missing. */
    public String text(String key) throws IOException {
        String text = value(key, String.class);
        return text == null ? "" : text;
    }

    /** Empty also if it is anything else than a text. */
    public String textOrEmpty(String key) {
        String text = find(key, String.class);
        return text == null ? "" : text;
    }

    /** False if it is missing. */
    public boolean flag(String key) throws IOException {
        Boolean value = value(key, Boolean.class);
        return value != null && value;
    }

    /** Zero if it is missing. */
    public long number(String key) throws IOException {
        Long value = value(key, Long.class);
        return value == null ? 0 : value;
    }

    /** Zero if it is missing. */
    public int integer(String key) throws IOException {
        long value = number(key);
        if ((int) value != value) {
            throw unexpected(key);
        }
        return (int) value;
    }

    /** RFC 3339; the zero time of Go becomes null. */
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

    /** Null if it is missing or empty. */
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

    /** Null if it is missing. */
    public @Nullable JsonObject object(String key) throws IOException {
        Map<?, ?> object = value(key, Map.class);
        return object == null ? null : of(object);
    }

    /** The texts of a list, null for a null in it; empty without a list. */
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

    /** The objects of a list; empty without a list. */
    public List<JsonObject> objects(String key) throws IOException {
        return list(key, Map.class).stream().map(JsonObject::of).toList();
    }

    /** The elements of a list, all of one type; empty without a list. */
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

    /** Null if it is missing, null, or of another type. */
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

    /** Without the value, which may be a secret. */
    private static IOException unexpected(String key) {
        return new IOException("JSON of another type than expected at \"" + key + "\"");
    }
}
