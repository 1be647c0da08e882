package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.runtime.client.JsonBytes;
import io.github.arc4j.runtime.client.StreamedText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads values of one type after inspecting their text, which may be too large to be read. */
abstract class TextReader<T> extends JsonDeserializer<@Nullable T> {
    /**
     * Maximum bytes of a request to the API server, and so of a value in a custom resource, whose text it does not
     * change.
     */
    static final int MAX_REQUEST = 3 * 1024 * 1024;

    final ObjectMapper json;
    final Class<T> type;
    private final int small;
    final int maxLength;
    /** Looked up once, because the lookup may take longer than reading a small value. */
    private volatile @Nullable JsonDeserializer<Object> whole;

    /**
     * @param small length up to which a text is read without inspecting it, in bytes
     * @param maxLength of a value to be read, in bytes
     */
    TextReader(ObjectMapper json, Class<T> type, int small, int maxLength) {
        this.json = json;
        this.type = type;
        this.small = small;
        this.maxLength = maxLength;
    }

    /**
     * Reads the value, for example with {@link #readAll}.
     *
     * @param text the text that contains that of the value
     * @param values the number of texts, numbers, lists and objects in the value
     */
    abstract @Nullable T read(DeserializationContext context, byte[] text, int start, int length, int values)
            throws IOException;

    /** The value if its text is too long to be kept while it is read from a stream. */
    @Nullable T tooLong() throws IOException {
        throw new IOException("%s has more than %d bytes".formatted(type.getSimpleName(), maxLength));
    }

    @Override
    public final @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        byte[] text = JsonBytes.text(context);
        if (text == null) {
            StreamedText stream = JsonBytes.streamedText(context);
            return stream == null ? readWhole(parser, context) : readStreamed(stream, parser, context);
        }
        if (text.length <= small) {
            return readWhole(parser, context);
        }
        int start = JsonBytes.start(parser);
        int values = skip(parser);
        return read(context, text, start, JsonBytes.end(parser) - start, values);
    }

    private @Nullable T readWhole(JsonParser parser, DeserializationContext context) throws IOException {
        JsonDeserializer<Object> reader = whole;
        if (reader == null) {
            reader = context.findRootValueDeserializer(context.constructType(type));
            whole = reader;
        }
        return type.cast(reader.deserialize(parser, context));
    }

    private @Nullable T readStreamed(StreamedText stream, JsonParser parser, DeserializationContext context)
            throws IOException {
        stream.keep(JsonBytes.start(parser), maxLength);
        int values = skip(parser);
        byte[] kept = stream.kept(JsonBytes.end(parser));
        return kept == null ? tooLong() : read(context, kept, 0, kept.length, values);
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
