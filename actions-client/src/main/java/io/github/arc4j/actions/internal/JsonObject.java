package io.github.arc4j.actions.internal;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as Go reads one: keys in any case; what is missing or null is zero, false, or null here. Values are
 * Strings, Booleans, Longs, Doubles (also for integers that are too large for a Long), Lists and JsonObjects.
 */
final class JsonObject {
    private static final Instant ZERO_TIME = Instant.parse(Json.ZERO_TIME);
    private static final int UUID_LENGTH = 36;

    private final Map<String, @Nullable Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    void put(String key, @Nullable Object value) {
        values.put(key, value);
    }

    @Nullable String text(String key) throws IOException {
        return value(key, String.class);
    }

    /** Empty if it is anything else than a text. */
    String textOrEmpty(String key) {
        return values.get(key) instanceof String text ? text : "";
    }

    boolean flag(String key) throws IOException {
        Boolean value = value(key, Boolean.class);
        return value != null && value;
    }

    long number(String key) throws IOException {
        Long value = value(key, Long.class);
        return value == null ? 0 : value;
    }

    int integer(String key) throws IOException {
        long value = number(key);
        if ((int) value != value) {
            throw unexpected(key);
        }
        return (int) value;
    }

    /** RFC 3339; the zero time of Go becomes null. */
    @Nullable Instant time(String key) throws IOException {
        String text = text(key);
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.equals(ZERO_TIME) ? null : time;
        } catch (DateTimeException e) {
            throw unexpected(key);
        }
    }

    @Nullable UUID uuid(String key) throws IOException {
        String text = text(key);
        if (text == null || text.isEmpty()) {
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

    @Nullable JsonObject object(String key) throws IOException {
        return value(key, JsonObject.class);
    }

    /** The texts of a list, null for a null in it; empty without a list. */
    List<@Nullable String> texts(String key) throws IOException {
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
    List<JsonObject> objects(String key) throws IOException {
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : list(key)) {
            if (!(element instanceof JsonObject object)) {
                throw unexpected(key);
            }
            objects.add(object);
        }
        return objects;
    }

    private List<?> list(String key) throws IOException {
        List<?> list = value(key, List.class);
        return list == null ? List.of() : list;
    }

    /** Null if it is missing, null, or of another type. */
    <T> @Nullable T find(String key, Class<T> type) {
        Object value = values.get(key);
        return type.isInstance(value) ? type.cast(value) : null;
    }

    private <T> @Nullable T value(String key, Class<T> type) throws IOException {
        T value = find(key, type);
        if (value == null && values.get(key) != null) {
            throw unexpected(key);
        }
        return value;
    }

    /** Without the value, which may be a secret. */
    private static IOException unexpected(String key) {
        return new IOException("JSON of another type than expected at \"" + key + "\"");
    }
}
