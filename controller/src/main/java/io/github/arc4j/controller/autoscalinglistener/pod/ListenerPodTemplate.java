package io.github.arc4j.controller.autoscalinglistener.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.github.arc4j.api.RestrictedListenerTemplate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a user's {@code listenerTemplate} into the generated pod. Fields of the template win, lists of the listener
 * container are appended to, and fields that the template does not set stay as generated. With a restricted template, the
 * same goes for the fields of a security context; otherwise it is replaced as a whole, as in the Go controller.
 */
public record ListenerPodTemplate(ObjectMapper mapper) {
    /** The listener runs as the ServiceAccount that was created for it. */
    private static final Set<String> IGNORED =
            Set.of("serviceAccountName", "serviceAccount", "automountServiceAccountToken");

    private static final String SECURITY_CONTEXT = "securityContext";
    private static final Set<String> APPENDED_TO_POD = Set.of("volumes");
    private static final Set<String> APPENDED_TO_CONTAINER =
            Set.of("env", "args", "ports", "envFrom", "volumeMounts", "volumeDevices");

    PodSpec merge(PodSpec generated, @Nullable PodSpec template, ListenerTemplatePolicy policy) {
        if (template == null) {
            return generated;
        }
        ObjectNode merged = mapper.valueToTree(generated);
        ObjectNode overrides = mapper.valueToTree(template);
        if (overrides.path("hostPID").asBoolean()) {
            // Kubernetes rejects both at once. In the host's namespace, the listener is not process 1 either.
            merged.remove("shareProcessNamespace");
        }
        overrides.remove(IGNORED);
        JsonNode containers = overrides.remove("containers");
        overlay(merged, overrides, APPENDED_TO_POD, policy);
        if (containers != null) {
            mergeContainers((ArrayNode) merged.get("containers"), containers, policy);
        }
        return mapper.convertValue(merged, PodSpec.class);
    }

    private static void mergeContainers(ArrayNode generated, JsonNode containers, ListenerTemplatePolicy policy) {
        for (JsonNode container : containers) {
            if (RestrictedListenerTemplate.CONTAINER.equals(
                    container.path("name").asText())) {
                overlay((ObjectNode) generated.get(0), (ObjectNode) container, APPENDED_TO_CONTAINER, policy);
            } else {
                generated.add(container);
            }
        }
    }

    private static void overlay(
            ObjectNode base, ObjectNode overrides, Set<String> appended, ListenerTemplatePolicy policy) {
        overrides.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isNull()
                    || (value.isArray() && value.isEmpty())
                    || (value.isTextual() && value.asText().isEmpty())) {
                return;
            }
            if (appended.contains(entry.getKey()) && base.get(entry.getKey()) instanceof ArrayNode existing) {
                value.forEach(existing::add);
            } else if (policy != ListenerTemplatePolicy.FULL
                    && entry.getKey().equals(SECURITY_CONTEXT)
                    && base.get(SECURITY_CONTEXT) instanceof ObjectNode context) {
                // A restricted template adds no capabilities, and all of them are dropped.
                overlay(context, ((ObjectNode) value).without("capabilities"), Set.of(), policy);
            } else {
                base.set(entry.getKey(), value);
            }
        });
    }
}
