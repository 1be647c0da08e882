package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the first elements of a list that others can make arbitrarily long. */
final class ShortList<T> extends JsonDeserializer<List<@Nullable T>> {
    private final SmallValue<T> element;
    private final int max;

    /** @param max maximum number of elements; more than the controller writes, so that it notices those of others */
    ShortList(SmallValue<T> element, int max) {
        this.element = element;
        this.max = max;
    }

    @Override
    public List<@Nullable T> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        List<@Nullable T> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (elements.size() < max) {
                elements.add(element.deserialize(parser, context));
            } else {
                parser.skipChildren();
            }
        }
        return elements;
    }
}
