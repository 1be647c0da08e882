package io.github.arc4j.listener.shared;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.process.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    record Session(String state, String message, String holder) {}

    /** All that are assigned, as of a version to watch from. */
    record Snapshot(String version, List<AssignedListener> listeners) {}

    /** Reads the answer to a list. */
    static Snapshot readList(byte[] json) throws IOException {
        Map<String, @Nullable Object> listing = Json.readObject(json);
        List<AssignedListener> listeners = new ArrayList<>();
        for (Map<String, @Nullable Object> item : Json.objects(listing, "items")) {
            listeners.add(read(item));
        }
        return new Snapshot(version(listing), listeners);
    }

    /** Reads an object, as in a watch's event. */
    static AssignedListener read(Map<String, @Nullable Object> object) throws IOException {
        Map<String, @Nullable Object> metadata = Json.object(object, "metadata");
        String name = Json.text(metadata, "name");
        if (name.isEmpty()) {
            throw new IOException("an object without a name");
        }
        Map<String, @Nullable Object> session = Json.object(Json.object(object, "status"), "session");
        return new AssignedListener(
                name,
                Json.text(metadata, "uid"),
                Json.text(Json.object(metadata, "annotations"), Annotations.LISTENER_CONFIG_HASH),
                Json.object(object, "spec").get("proxy") != null,
                metadata.get("deletionTimestamp") != null,
                new Session(Json.text(session, "state"), Json.text(session, "message"), Json.text(session, "holder")));
    }

    /** The version of an object or a list. */
    static String version(Map<String, @Nullable Object> object) {
        return Json.text(Json.object(object, "metadata"), "resourceVersion");
    }
}
