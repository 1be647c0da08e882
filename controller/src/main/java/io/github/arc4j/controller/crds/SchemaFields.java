package io.github.arc4j.controller.crds;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.ApiGroup;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the Java types of a custom resource with the schema that the API server uses for it. Fields of Kubernetes'
 * own types, such as those of pod templates, are not compared.
 */
final class SchemaFields {
    private static final String OWN_TYPES = ApiGroup.class.getPackageName();

    private final List<String> missing = new ArrayList<>();

    private SchemaFields() {}

    /**
     * The fields that the schema lacks, such as {@code spec.policy}. The API server drops their values.
     *
     * @param schema the OpenAPI schema of the whole object
     */
    static List<String> missing(Class<? extends HasMetadata> kind, JsonNode schema) {
        Type[] specAndStatus = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
        SchemaFields fields = new SchemaFields();
        fields.compare("spec", specAndStatus[0], schema.at("/properties/spec"));
        fields.compare("status", specAndStatus[1], schema.at("/properties/status"));
        return List.copyOf(fields.missing);
    }

    private void compare(String path, Type type, JsonNode schema) {
        if (schema.isMissingNode()) {
            missing.add(path);
        } else if (type instanceof ParameterizedType collection) {
            Type[] arguments = collection.getActualTypeArguments();
            boolean isMap = collection.getRawType() == Map.class;
            compare(path, arguments[arguments.length - 1], schema.path(isMap ? "additionalProperties" : "items"));
        } else if (type instanceof Class<?> own
                && own.isRecord()
                && own.getPackageName().startsWith(OWN_TYPES)) {
            for (RecordComponent component : own.getRecordComponents()) {
                String name = name(component);
                compare(path + "." + name, component.getGenericType(), schema.at("/properties/" + name));
            }
        }
    }

    private static String name(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
    }
}
