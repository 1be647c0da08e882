package io.github.arc4j.actions.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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

    /** Converts an object. */
    @FunctionalInterface
    public interface Conversion<T> {
        T of(JsonObject object) throws IOException;
    }

    /** Receives the elements of a list, one by one. */
    @FunctionalInterface
    interface Elements {
        /** Parses or skips an element; the parser is at its first token. */
        void next(JsonParser parser) throws IOException;
    }

    private Json() {}

    /** Writes an object. */
    public static String write(Content fields) {
        return JsonText.write(out -> writeObject(out.setCharacterEscapes(GO_ESCAPES), fields));
    }

    /** Writes an object in ASCII, for use in a header. */
    public static String writeAscii(Content fields) {
        return JsonText.write(
                out -> writeObject(out.setCharacterEscapes(GO_ESCAPES).setHighestNonEscapedChar(LAST_ASCII), fields));
    }

    private static void writeObject(JsonGenerator out, Content fields) throws IOException {
        out.writeStartObject();
        fields.writeTo(out);
        out.writeEndObject();
    }

    public static String write(List<Long> numbers) {
        return JsonText.write(out -> {
            out.writeStartArray();
            for (long number : numbers) {
                out.writeNumber(number);
            }
            out.writeEndArray();
        });
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

    /** Parses {@code [...]} with elements of any type, without building a tree of the whole list. */
    static <T extends Elements> T readList(String json, T elements) throws IOException {
        return JsonObject.read(json, parser -> {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new IOException("a list was expected");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.next(parser);
            }
            return elements;
        });
    }
}
