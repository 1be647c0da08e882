package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Parses JSON without data binding, whose classes occupy several MiB: more than the data a listener reads. Values are
 * Maps, Lists, Strings, Booleans, Longs, Doubles (also for integers that exceed a Long) and null.
 */
public final class JsonTree {
    private JsonTree() {}

    /**
     * Parses the object at the parser's current position.
     *
     * @throws IOException if the parser is not at the start of an object
     */
    public static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        return object(parser, key -> true);
    }

    /**
     * Parses the parts with these keys, at any depth, of the object at the parser's current position.
     *
     * @throws IOException if the parser is not at the start of an object
     */
    public static Map<String, @Nullable Object> object(JsonParser parser, Predicate<String> keys) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException(
                    parser.currentToken() == JsonToken.VALUE_NULL
                            ? "null instead of a value"
                            : "a JSON object was expected");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (keys.test(key)) {
                object.put(key, value(parser, keys));
            } else {
                parser.skipChildren();
            }
        }
        return object;
    }

    /** Parses the value at the parser's current position. Jackson limits the nesting depth. */
    public static @Nullable Object value(JsonParser parser) throws IOException {
        return value(parser, key -> true);
    }

    private static @Nullable Object value(JsonParser parser, Predicate<String> keys) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, keys);
            case START_ARRAY -> list(parser, keys);
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

    private static List<@Nullable Object> list(JsonParser parser, Predicate<String> keys) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser, keys));
        }
        return list;
    }
}
