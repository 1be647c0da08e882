package io.github.arc4j.runtime.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.github.arc4j.runtime.cache.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A version of an object, from its metadata. */
record ObjectVersion(Request name, @Nullable String uid, String resourceVersion) {
    /** Reads only the metadata of the object at the parser's position. */
    static ObjectVersion read(JsonParser object) throws IOException {
        for (String field = object.nextFieldName(); field != null; field = object.nextFieldName()) {
            object.nextToken();
            if (field.equals("metadata")) {
                return ofMetadata(object);
            }
            object.skipChildren();
        }
        return new ObjectVersion(new Request("", ""), null, "");
    }

    private static ObjectVersion ofMetadata(JsonParser metadata) throws IOException {
        String namespace = "";
        String name = "";
        @Nullable String uid = null;
        String resourceVersion = "";
        for (String field = metadata.nextFieldName(); field != null; field = metadata.nextFieldName()) {
            metadata.nextToken();
            switch (field) {
                case "namespace" -> namespace = metadata.getText();
                case "name" -> name = metadata.getText();
                case "uid" -> uid = metadata.getText();
                case "resourceVersion" -> resourceVersion = metadata.getText();
                default -> metadata.skipChildren();
            }
        }
        return new ObjectVersion(new Request(namespace, name), uid, resourceVersion);
    }
}
