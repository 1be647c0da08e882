package io.github.arc4j.api.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;

/** The schemas of {@code core-schemas.yaml}, by name. */
final class CoreSchemas {
    private final JsonNode schemas;

    private CoreSchemas(JsonNode schemas) {
        this.schemas = schemas;
    }

    static CoreSchemas load() throws IOException {
        try (InputStream yaml = CoreSchemas.class.getResourceAsStream("core-schemas.yaml")) {
            return new CoreSchemas(new YAMLMapper().readTree(Objects.requireNonNull(yaml)));
        }
    }

    /** A copy of the schema, with the schemas that it refers to in their places. */
    ObjectNode get(String name) {
        ObjectNode schema = schemas.required(name).deepCopy();
        resolve(schema);
        return schema;
    }

    private void resolve(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                property.setValue(resolved(property.getValue()));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, resolved(array.get(i)));
            }
        }
    }

    private JsonNode resolved(JsonNode node) {
        if (node.has("$ref")) {
            return get(node.get("$ref").textValue());
        }
        resolve(node);
        return node;
    }
}
