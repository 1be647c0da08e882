package io.github.arc4j.api.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Gives a generated CRD what the generator cannot know, so that it accepts, rejects, prunes and defaults the same as
 * the CRD of the Go controller.
 */
final class UpstreamSchema {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");

    private final CoreSchemas core;

    UpstreamSchema(CoreSchemas core) {
        this.core = core;
    }

    /**
     * Changes the CRD in place.
     *
     * @param columns names of the printer columns in their order
     */
    void applyTo(ObjectNode crd, List<String> columns) {
        ObjectNode names = (ObjectNode) crd.at("/spec/names");
        String kind = names.required("kind").textValue();
        names.put("listKind", kind + "List");
        ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
        version.set("additionalPrinterColumns", inOrder(version.withArray("additionalPrinterColumns"), columns));
        ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
        ObjectNode properties = (ObjectNode) schema.required("properties");
        refine(properties);
        for (String property : List.of("apiVersion", "kind")) {
            properties.putObject(property).put("type", "string");
        }
        properties.putObject("metadata").put("type", "object");
        allowRepeatedClaims(kind, properties);
    }

    private static ArrayNode inOrder(ArrayNode columns, List<String> names) {
        ArrayNode ordered = columns.arrayNode();
        for (String name : names) {
            for (JsonNode column : columns) {
                if (column.required("name").textValue().equals(name)) {
                    ordered.add(((ObjectNode) column).without("priority"));
                }
            }
        }
        return ordered;
    }

    private void refine(ObjectNode properties) {
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            ObjectNode schema = (ObjectNode) property.getValue();
            switch (property.getKey()) {
                case "configMapKeyRef" -> {
                    schema.put("x-kubernetes-map-type", "atomic");
                    ((ObjectNode) schema.at("/properties/name")).put("default", "");
                }
                case "imagePullSecrets" -> schema.set("items", core.get("LocalObjectReference"));
                case "conditions" -> {
                    schema.set("items", core.get("Condition"));
                    schema.put("x-kubernetes-list-type", "map")
                            .putArray("x-kubernetes-list-map-keys")
                            .add("type");
                }
                case "jobRequestId", "observedGeneration", "workflowRunId" -> schema.put("format", "int64");
                case "failures" -> ((ObjectNode) schema.required("additionalProperties")).put("format", "date-time");
                case "minRunners", "maxRunners" -> schema.put("minimum", 0);
                default -> refineObject(property, schema);
            }
        }
    }

    private void refineObject(Map.Entry<String, JsonNode> property, ObjectNode schema) {
        if (!(schema.get("properties") instanceof ObjectNode properties)) {
            return;
        }
        if (properties.has("containers")) {
            property.setValue(described(core.get("PodSpec"), schema));
        } else if (properties.has("ownerReferences")) {
            property.setValue(described(core.get("EmbeddedObjectMeta"), schema));
        } else {
            refine(properties);
        }
    }

    private static ObjectNode described(ObjectNode schema, ObjectNode described) {
        if (described.has("description")) {
            schema.set("description", described.get("description"));
        }
        return schema;
    }

    /**
     * In some of its pods the Go controller's CRDs take any list of resource claims, in others only one without
     * repeated names.
     */
    private static void allowRepeatedClaims(String kind, ObjectNode properties) {
        switch (kind) {
            case "AutoscalingRunnerSet" -> {
                JsonNode pod = properties.at("/spec/properties/template/properties/spec");
                allowRepeatedClaims(pod);
                allowRepeatedClaimsOfContainers(pod);
            }
            case "EphemeralRunnerSet" ->
                allowRepeatedClaimsOfContainers(properties.at("/spec/properties/ephemeralRunnerSpec/properties/spec"));
            case "EphemeralRunner" -> allowRepeatedClaimsOfContainers(properties.at("/spec/properties/spec"));
            default -> {}
        }
    }

    private static void allowRepeatedClaimsOfContainers(JsonNode pod) {
        for (String containers : CONTAINERS) {
            allowRepeatedClaims(pod.at("/properties/" + containers + "/items"));
        }
    }

    private static void allowRepeatedClaims(JsonNode podOrContainer) {
        ((ObjectNode) podOrContainer.at("/properties/resources/properties/claims"))
                .remove(List.of("x-kubernetes-list-type", "x-kubernetes-list-map-keys"));
    }
}
