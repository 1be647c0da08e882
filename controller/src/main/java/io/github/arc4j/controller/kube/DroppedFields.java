package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.runtime.EventRecorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a kind's status that the API server drops, since its CustomResourceDefinition does not know them: Helm never
 * upgrades CRDs, so an upgrade of the chart may leave them behind. To write these fields again and again would change
 * nothing. One write tries them every half a minute, until somebody has upgraded the CRD.
 */
final class DroppedFields {
    private static final String REASON = "CRDOutdated";
    static final Duration RETRY_PERIOD = Duration.ofSeconds(30);

    private record Known(Set<String> fields, Instant at) {
        static final Known NONE = new Known(Set.of(), Instant.MAX);
    }

    private final String crd;
    private final EventRecorder events;
    private final InstantSource clock;
    private volatile Known known = Known.NONE;

    DroppedFields(Class<? extends HasMetadata> kind, EventRecorder events, InstantSource clock) {
        this.crd = HasMetadata.getFullResourceName(kind);
        this.events = events;
        this.clock = clock;
    }

    /** Whether the API server dropped that field of the status lately. */
    boolean contains(String field) {
        return known.fields().contains(field);
    }

    boolean isEmpty() {
        return known.fields().isEmpty();
    }

    /** Leaves out of a patch of the status what the API server would drop, unless it is time to try. */
    synchronized void removeFrom(ObjectNode patch) {
        if (known.fields().stream().noneMatch(patch::has)) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(known.at().plus(RETRY_PERIOD))) {
            patch.remove(known.fields());
        } else {
            known = new Known(known.fields(), now);
        }
    }

    /** Compares a patch of the status with the status that the API server made of it. */
    synchronized void compare(HasMetadata object, ObjectNode patch, JsonNode answer) {
        Set<String> dropped = new TreeSet<>();
        patch.properties().forEach(field -> {
            if (!field.getValue().isNull() && !answer.has(field.getKey())) {
                dropped.add(field.getKey());
            }
        });
        if (!dropped.isEmpty()) {
            report(object, dropped, dropped.equals(known.fields()));
            known = new Known(dropped, clock.instant());
        } else if (known.fields().stream().anyMatch(patch::has)) {
            known = Known.NONE;
        }
    }

    private void report(HasMetadata object, Set<String> dropped, boolean isKnown) {
        String message =
                "The CustomResourceDefinition %s drops status.%s: apply the CRDs of the controller's chart (kubectl apply --server-side --force-conflicts -f crds/)"
                        .formatted(crd, String.join(", status.", dropped));
        if (isKnown) {
            events.recordAgain(object, EventRecorder.Type.WARNING, REASON, message);
        } else {
            events.warning(object, REASON, message);
        }
    }
}
