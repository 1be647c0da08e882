package io.github.arc4j.actions.internal.json;

import io.github.arc4j.actions.wire.GoEscapes;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.JsonText;
import io.github.arc4j.actions.wire.JsonText.Content;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JSON of the service: writes objects as Go does, and parses lists as sent by the service. */
public final class Json {
    private static final GoEscapes GO_ESCAPES = new GoEscapes();
    private static final int LAST_ASCII = 127;

    @FunctionalInterface
    public interface Conversion<T> {
        T of(JsonObject object) throws IOException;
    }

    private Json() {}

    public static String write(Content fields) {
        return JsonText.object(out -> fields.writeTo(out.setCharacterEscapes(GO_ESCAPES)));
    }

    /** Writes an object in ASCII, for use in a header. */
    public static String writeAscii(Content fields) {
        return write(out -> fields.writeTo(out.setHighestNonEscapedChar(LAST_ASCII)));
    }

    public static String write(List<Long> numbers) {
        long[] array = numbers.stream().mapToLong(Long::longValue).toArray();
        return JsonText.write(out -> out.writeArray(array, 0, array.length));
    }

    /** Parses {@code {count, value: [...]}} with objects. */
    public static <T> List<T> readPage(byte[] json, Conversion<T> conversion) throws IOException {
        List<T> values = new ArrayList<>();
        for (Map<?, ?> element : page(json, Map.class)) {
            values.add(conversion.of(JsonObject.of(element)));
        }
        return values;
    }

    /** Parses {@code {count, value: [...]}} with numbers. */
    public static List<Long> readNumbers(byte[] json) throws IOException {
        return page(json, Long.class);
    }

    private static <T> List<T> page(byte[] json, Class<T> type) throws IOException {
        JsonObject page = JsonObject.read(json);
        if (page.find("value", List.class) == null) {
            if (Long.valueOf(0).equals(page.find("count", Long.class))) {
                return List.of();
            }
            throw new IOException("a list was expected");
        }
        return page.list("value", type);
    }
}
