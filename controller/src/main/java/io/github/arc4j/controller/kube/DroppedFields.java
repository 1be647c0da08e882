package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.process.advice.Advice;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fields of a kind's status that the API server drops because the CustomResourceDefinition does not have them: Helm
 * never upgrades CRDs, so they may be outdated after an upgrade of the chart. Repeatedly writing these fields would
 * have no effect. One write retries them every 30 seconds, until the CRD has been upgraded. They are tracked per
 * namespace, because a policy may change the status of the objects in a single one.
 */
final class DroppedFields {
    static final Duration RETRY_PERIOD = Duration.ofSeconds(30);

    private record Known(Set<String> fields, Instant at) {}

    private final String crd;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Map<String, Known> byNamespace = new ConcurrentHashMap<>();

    DroppedFields(Class<? extends HasMetadata> kind, EventRecorder events, InstantSource clock) {
        this.crd = HasMetadata.getFullResourceName(kind);
        this.events = events;
        this.clock = clock;
    }

    /** Whether the API server recently dropped this field of the status. */
    boolean contains(String namespace, String field) {
        Known known = byNamespace.get(namespace);
        return known != null && known.fields().contains(field);
    }

    boolean isEmpty(String namespace) {
        return !byNamespace.containsKey(namespace);
    }

    /** Removes the fields that the API server would drop from a status patch, unless a retry is due. */
    synchronized void removeFrom(ObjectNode patch, String namespace) {
        Known known = byNamespace.get(namespace);
        if (known == null || known.fields().stream().noneMatch(patch::has)) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(known.at().plus(RETRY_PERIOD))) {
            patch.remove(known.fields());
        } else {
            byNamespace.put(namespace, new Known(known.fields(), now));
        }
    }

    /** Compares a status patch with the status that the API server returned. */
    synchronized void compare(HasMetadata object, ObjectNode patch, JsonNode response) {
        Set<String> dropped = new TreeSet<>();
        patch.properties().forEach(field -> {
            if (!field.getValue().isNull() && !response.has(field.getKey())) {
                dropped.add(field.getKey());
            }
        });
        String namespace = object.getMetadata().getNamespace();
        Known known = byNamespace.get(namespace);
        if (!dropped.isEmpty()) {
            report(object, dropped, known != null && dropped.equals(known.fields()));
            byNamespace.put(namespace, new Known(dropped, clock.instant()));
        } else if (known != null && known.fields().stream().anyMatch(patch::has)) {
            byNamespace.remove(namespace);
        }
    }

    private void report(HasMetadata object, Set<String> dropped, boolean isKnown) {
        String message = "The CustomResourceDefinition %s drops status.%s. %s"
                .formatted(
                        crd,
                        String.join(", status.", dropped),
                        Advice.of(Conditions.CRD_OUTDATED).action());
        if (isKnown) {
            events.recordAgain(object, EventRecorder.Type.WARNING, Conditions.CRD_OUTDATED, message);
        } else {
            events.warning(object, Conditions.CRD_OUTDATED, message);
        }
    }
}
