package io.github.arc4j.listener.shared;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.process.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an AutoscalingListener that matter to a shared listener.
 *
 * @param configHash changes with its Secrets
 * @param proxied whether it has its own proxies
 * @param deleted whether it is being deleted and only waits for the end of its session
 * @param session the session in its status
 */
record AssignedListener(String name, String uid, String configHash, boolean proxied, boolean deleted, Session session) {
    /**
     * The part of the status that a shared listener writes; empty strings if there is none.
     *
     * @param id the last open session; it remains when a process dies
     */
    record Session(String state, String message, String holder, String id) {}

    /** All assigned listeners, and the resource version to watch from. */
    record Snapshot(String version, List<AssignedListener> listeners) {}

    /**
     * The keys in lists and watch events that are read. The spec has parts of any size that the author of the scale set
     * chooses.
     */
    static final Set<String> KEYS = Set.of(
            "type",
            "code",
            "object",
            "items",
            "metadata",
            "name",
            "uid",
            "resourceVersion",
            "deletionTimestamp",
            "annotations",
            Annotations.LISTENER_CONFIG_HASH,
            "spec",
            "proxy",
            "status",
            "session",
            "state",
            "message",
            "holder",
            "id");

    static Snapshot readList(InputStream json) throws IOException {
        Map<String, @Nullable Object> listing = Json.readObject(json, KEYS);
        List<AssignedListener> listeners = new ArrayList<>();
        for (Map<String, @Nullable Object> item : Json.objects(listing, "items")) {
            listeners.add(read(item));
        }
        return new Snapshot(version(listing), listeners);
    }

    /** Reads an object, such as that of a watch event. */
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
                new Session(
                        Json.text(session, "state"),
                        Json.text(session, "message"),
                        Json.text(session, "holder"),
                        Json.text(session, "id")));
    }

    static String version(Map<String, @Nullable Object> object) {
        return Json.text(Json.object(object, "metadata"), "resourceVersion");
    }
}
