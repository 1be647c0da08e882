package io.github.arc4j.controller.runtime.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads objects in a way that lets a deserializer see the text that its value is made of. */
public final class JsonBytes {
    private static final Object TEXT = new Object();

    private JsonBytes() {}

    /** Reads an object that is all of the text. */
    public static <T> T read(ObjectMapper json, Class<T> type, byte[] text) throws IOException {
        return json.readerFor(type).withAttribute(TEXT, text).readValue(text);
    }

    /**
     * Reads the object that the parser has come to.
     *
     * @param text what the parser reads
     */
    public static <T> T read(ObjectMapper json, Class<T> type, JsonParser parser, byte[] text) throws IOException {
        return json.readerFor(type).withAttribute(TEXT, text).readValue(parser);
    }

    /** The text that is read; null if it is not known. For deserializers. */
    public static byte @Nullable [] text(DeserializationContext context) {
        return (byte[]) context.getAttribute(TEXT);
    }
}
