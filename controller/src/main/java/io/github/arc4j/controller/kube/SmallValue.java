package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.controller.runtime.client.JsonBytes;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value that others can make as long as they like, unless its text is too long.
 *
 * @param <T> type of the value
 */
final class SmallValue<T> extends JsonDeserializer<@Nullable T> {
    private final ObjectMapper json;
    private final Class<T> type;
    private final int maxLength;
    private final Supplier<@Nullable T> replacement;

    /**
     * @param maxLength of the text, in bytes
     * @param replacement for a value that is too long
     */
    SmallValue(ObjectMapper json, Class<T> type, int maxLength, Supplier<@Nullable T> replacement) {
        this.json = json;
        this.type = type;
        this.maxLength = maxLength;
        this.replacement = replacement;
    }

    @Override
    public @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        byte[] text = JsonBytes.text(context);
        if (text == null || text.length <= maxLength) {
            return context.readValue(parser, type);
        }
        int start = JsonBytes.start(parser);
        int length = JsonBytes.skip(parser) - start;
        return length <= maxLength ? json.readerFor(type).readValue(text, start, length) : replacement.get();
    }
}
