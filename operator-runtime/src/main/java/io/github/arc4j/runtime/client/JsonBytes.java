package io.github.arc4j.runtime.client;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads objects and gives deserializers access to the JSON text of their value. */
public final class JsonBytes {
    private static final Object TEXT = new Object();

    private JsonBytes() {}

    /** Reads an object from a complete text. */
    public static <T> T read(ObjectMapper json, Class<T> type, byte[] text) throws IOException {
        return json.readerFor(type).withAttribute(TEXT, text).readValue(text);
    }

    /**
     * Reads the object at the parser's position.
     *
     * @param text the text that the parser reads: bytes, or a {@link StreamedText}
     */
    public static <T> T read(ObjectMapper json, Class<T> type, JsonParser parser, Object text) throws IOException {
        return json.readerFor(type).withAttribute(TEXT, text).readValue(parser);
    }

    /** The text that is being read; null if unknown or streamed. For deserializers. */
    public static byte @Nullable [] text(DeserializationContext context) {
        return context.getAttribute(TEXT) instanceof byte[] text ? text : null;
    }

    /** The streamed text that is being read; null if it is not streamed. For deserializers. */
    public static @Nullable StreamedText streamedText(DeserializationContext context) {
        return context.getAttribute(TEXT) instanceof StreamedText text ? text : null;
    }

    /** Where the parser's token starts in the text. */
    public static int start(JsonParser parser) {
        return offset(parser.currentTokenLocation());
    }

    /** Where the parser's token ends in the text; a string ends after it has been read. */
    public static int end(JsonParser parser) {
        return offset(parser.currentLocation());
    }

    /** In bytes. A parser that does not decode the text counts characters instead, which are as many. */
    private static int offset(JsonLocation location) {
        return (int) Math.max(location.getByteOffset(), location.getCharOffset());
    }

    /** Skips the value at the parser's position, and returns where it ends in the text. */
    public static int skip(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        return end(parser);
    }
}
