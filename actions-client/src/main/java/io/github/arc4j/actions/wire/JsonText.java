package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON. */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    @FunctionalInterface
    public interface Content {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private JsonText() {}

    /** Returns a JSON text with this content. */
    public static String write(Content content) {
        StringWriter text = new StringWriter(160);
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Returns a JSON object with these fields. */
    public static String object(Content fields) {
        return write(out -> {
            out.writeStartObject();
            fields.writeTo(out);
            out.writeEndObject();
        });
    }

    /** Writes a field unless its value is empty. */
    public static void writeIfSet(JsonGenerator out, String key, String value) throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(key, value);
        }
    }

    public static void writeIfSet(JsonGenerator out, String key, long value) throws IOException {
        if (value != 0) {
            out.writeNumberField(key, value);
        }
    }
}
