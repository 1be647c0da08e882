package io.github.arc4j.kube.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** One version of an object. The JSON tree is shared by all readers, so copy it before modifying anything. */
public final class StoredObject {

    private final ResourceType type;
    private final ObjectKey key;
    private final ObjectNode json;
    private final long version;
    // Concurrent threads may write it more than once, with equal content.
    private volatile byte @Nullable [] bytes;

    public StoredObject(ResourceType type, ObjectKey key, ObjectNode json, long version) {
        this.type = type;
        this.key = key;
        this.json = json;
        this.version = version;
    }

    public ResourceType type() {
        return type;
    }

    public ObjectKey key() {
        return key;
    }

    public String namespace() {
        return key.namespace();
    }

    public String name() {
        return key.name();
    }

    /** The whole object; read-only. */
    public ObjectNode json() {
        return json;
    }

    /** {@code metadata.resourceVersion}. */
    public long version() {
        return version;
    }

    public JsonNode metadata() {
        return json.path("metadata");
    }

    public String uid() {
        return metadata().path("uid").asText();
    }

    public boolean beingDeleted() {
        return metadata().has("deletionTimestamp");
    }

    /** The JSON text of the object in UTF-8; read-only. */
    public byte[] bytes() {
        byte[] text = bytes;
        if (text == null) {
            text = Json.write(json);
            bytes = text;
        }
        return text;
    }

    @Override
    public String toString() {
        return type.plural() + " " + key + " @" + version;
    }
}
