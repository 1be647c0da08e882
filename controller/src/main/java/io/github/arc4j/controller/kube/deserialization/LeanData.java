package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the first entries of a Secret or ConfigMap, which may have any number of short ones. */
final class LeanData extends JsonDeserializer<Map<String, String>> {
    private static final int MAX_ENTRIES = 1000;

    @Override
    public Map<String, String> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            if (entries.size() < MAX_ENTRIES) {
                entries.put(key, parser.getText());
            }
        }
        return entries;
    }
}
