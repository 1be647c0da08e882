package io.github.arc4j.runtime.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One Event, recorded once or more. Guarded by the map in which the recorder keeps it. */
public final class EventSeries {
    private static final int MAX_NAME = 200;

    /** The identity of an Event. */
    record Key(String uid, EventRecorder.Type type, String reason, String message) {}

    final Key key;
    final ObjectReference object;
    final Instant first;
    Instant last;
    int count;
    /** Also true while it waits for another attempt. */
    boolean isQueued;
    /** Number of failed attempts to write the latest state. */
    int failures;

    boolean isCreated;

    @Nullable Instant written;

    @Nullable Instant logged;

    /** Name of the Event; the same however often it is sent. */
    private final String name;

    EventSeries(Key key, ObjectReference object, Instant first) {
        this.key = key;
        this.object = object;
        this.name = name(object, key);
        this.first = first;
        this.last = first;
    }

    private static String name(ObjectReference object, Key key) {
        String name = Objects.toString(object.getName(), "");
        String prefix = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
        return prefix + "." + Long.toHexString(System.nanoTime() ^ key.hashCode());
    }

    static ObjectReference reference(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build();
    }

    /** The Event in its current state. */
    Event event(String component) {
        String namespace = Objects.requireNonNullElse(object.getNamespace(), "default");
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withInvolvedObject(object)
                .withType(key.type().label())
                .withReason(key.reason())
                .withMessage(key.message())
                .withNewSource()
                .withComponent(component)
                .endSource()
                .withReportingComponent(component)
                .withFirstTimestamp(first.toString())
                .withLastTimestamp(last.toString())
                .withCount(count)
                .build();
    }
}
