package io.github.arc4j.listener.shared;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.arc4j.api.Annotations;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What matters here of an AutoscalingListener.
 *
 * @param configHash changes with its Secrets
 * @param proxied whether it has proxies of its own
 * @param deleted whether it is only there until its session is over
 * @param session what its status says
 */
record AssignedListener(String name, String uid, String configHash, boolean proxied, boolean deleted, Session session) {
    /** The status's part that a process like this one writes; empty texts if there is none. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Session(String state, String message, String holder) {
        static final Session NONE = new Session("", "", "");

        Session {
            state = Objects.requireNonNullElse(state, "");
            message = Objects.requireNonNullElse(message, "");
            holder = Objects.requireNonNullElse(holder, "");
        }
    }

    /** All that are assigned, as of a version to watch from. */
    record Snapshot(String version, List<AssignedListener> listeners) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Listing(Meta metadata, List<Item> items) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Item(
            Meta metadata, @Nullable Spec spec, @Nullable Status status) {
        AssignedListener listener() {
            return new AssignedListener(
                    metadata.name,
                    metadata.uid,
                    metadata.annotations.getOrDefault(Annotations.LISTENER_CONFIG_HASH, ""),
                    spec != null && spec.proxy != null,
                    metadata.deletionTimestamp != null,
                    status == null || status.session == null ? Session.NONE : status.session);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Meta(
            String name,
            String uid,
            String resourceVersion,
            @Nullable String deletionTimestamp,
            Map<String, String> annotations) {
        Meta {
            annotations = annotations == null ? Map.of() : annotations;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Spec(@Nullable Proxy proxy) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Proxy() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Status(@Nullable Session session) {}

    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final ObjectReader LISTING = JSON.readerFor(Listing.class);
    private static final ObjectReader ITEM = JSON.readerFor(Item.class);

    /** Reads the answer to a list. */
    static Snapshot readList(byte[] json) throws IOException {
        Listing listing = LISTING.readValue(json);
        return new Snapshot(
                listing.metadata.resourceVersion,
                listing.items.stream().map(Item::listener).toList());
    }

    /** Reads the object of a watch's event. */
    static AssignedListener read(JsonNode object) throws IOException {
        Item item = ITEM.readValue(object);
        return item.listener();
    }
}
