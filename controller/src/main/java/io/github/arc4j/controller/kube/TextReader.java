package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.controller.runtime.client.JsonBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one type after a look at their text, which may be too large to be read.
 *
 * @param <T> type of the value
 */
abstract class TextReader<T> extends JsonDeserializer<@Nullable T> {
    final ObjectMapper json;
    private final Class<T> type;
    private final int small;

    /** @param small length of a text whose values are read without a look, in bytes */
    TextReader(ObjectMapper json, Class<T> type, int small) {
        this.json = json;
        this.type = type;
        this.small = small;
    }

    /**
     * Reads the value, for example with {@link #readAll}.
     *
     * @param text the text that contains that of the value
     * @param values the number of texts, numbers, lists and objects in the value
     */
    abstract @Nullable T read(DeserializationContext context, byte[] text, int start, int length, int values)
            throws IOException;

    @Override
    public final @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        byte[] text = JsonBytes.text(context);
        if (text == null || text.length <= small) {
            return context.readValue(parser, type);
        }
        int start = JsonBytes.start(parser);
        int values = skip(parser);
        return read(context, text, start, JsonBytes.end(parser) - start, values);
    }

    final T readAll(byte[] text, int start, int length) throws IOException {
        return json.readerFor(type).readValue(text, start, length);
    }

    /** Skips the value at the parser's position and returns the number of values in it. */
    private static int skip(JsonParser parser) throws IOException {
        int values = 0;
        int depth = parser.currentToken().isStructStart() ? 1 : 0;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token.isStructEnd()) {
                depth--;
            } else if (token != JsonToken.FIELD_NAME) {
                values++;
                depth += token.isStructStart() ? 1 : 0;
            }
        }
        parser.finishToken();
        return values;
    }
}
