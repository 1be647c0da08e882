package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a value that others can make arbitrarily long, unless its text is too long. */
final class SmallValue<T> extends TextReader<T> {
    private final Supplier<@Nullable T> replacement;

    /**
     * @param maxLength of the text, in bytes
     * @param replacement for a value that is too long
     */
    SmallValue(ObjectMapper json, Class<T> type, int maxLength, Supplier<@Nullable T> replacement) {
        super(json, type, maxLength, maxLength);
        this.replacement = replacement;
    }

    @Override
    @Nullable T read(DeserializationContext context, byte[] text, int start, int length, int values) throws IOException {
        return length <= maxLength ? readAll(text, start, length) : tooLong();
    }

    @Override
    @Nullable T tooLong() {
        return replacement.get();
    }
}
