package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON. */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes the content of a JSON text. */
    @FunctionalInterface
    public interface Content {
        /** Writes the content. */
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
}
