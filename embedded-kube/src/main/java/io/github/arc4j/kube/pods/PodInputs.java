package io.github.arc4j.kube.pods;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.kube.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment and volumes of a pod, resolved on each call. */
final class PodInputs {

    /** A Secret, ConfigMap or key that a pod needs does not exist. */
    static final class MissingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Empty for a volume, which blocks the whole pod. */
        final String container;

        final String what;

        MissingException(String container, String what) {
            super(what);
            this.container = container;
            this.what = what;
        }
    }

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([-._a-zA-Z0-9]+)\\)");
    private static final Pattern SUBSCRIPT = Pattern.compile("(.+)\\['(.+)']");

    private final ObjectStore store;
    private final Supplier<JsonNode> pod;

    /** @param pod the current state of the pod */
    PodInputs(ObjectStore store, Supplier<JsonNode> pod) {
        this.store = store;
        this.pod = pod;
    }

    /**
     * Checks whether the pod can start.
     *
     * @throws MissingException for the first missing reference
     */
    void check() {
        JsonNode spec = pod.get().path("spec");
        spec.path("volumes").forEach(volume -> volume(volume.path("name").asText()));
        for (String list : List.of("initContainers", "containers")) {
            spec.path(list)
                    .forEach(container -> environment(container.path("name").asText()));
        }
    }

    Map<String, String> environment(String containerName) {
        JsonNode container = find(containerName, "initContainers", "containers");
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode source : container.path("envFrom")) {
            String prefix = source.path("prefix").asText();
            String kind = source.has("secretRef") ? "secret" : "configmap";
            JsonNode reference = source.path(kind.equals("secret") ? "secretRef" : "configMapRef");
            data(containerName, kind, reference.path("name").asText(), reference)
                    .forEach((key, value) -> environment.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
        }
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            if (variable.has("valueFrom")) {
                valueFrom(containerName, name, variable.path("valueFrom"), environment);
            } else {
                environment.put(name, expand(variable.path("value").asText(), environment));
            }
        }
        return environment;
    }

    private JsonNode find(String name, String... lists) {
        for (String list : lists) {
            for (JsonNode item : pod.get().path("spec").path(list)) {
                if (item.path("name").asText().equals(name)) {
                    return item;
                }
            }
        }
        throw new IllegalArgumentException("the pod has no item " + name + " in " + String.join(" or ", lists));
    }

    private static String expand(String value, Map<String, String> environment) {
        return VARIABLE.matcher(value).replaceAll(match -> {
            String known = environment.get(match.group(1));
            return Matcher.quoteReplacement(known == null ? match.group() : known);
        });
    }

    private void valueFrom(String container, String name, JsonNode source, Map<String, String> environment) {
        if (source.has("fieldRef")) {
            environment.put(
                    name, field(source.path("fieldRef").path("fieldPath").asText()));
            return;
        }
        String kind = source.has("secretKeyRef") ? "secret" : "configmap";
        JsonNode reference = source.path(kind.equals("secret") ? "secretKeyRef" : "configMapKeyRef");
        if (reference.isMissingNode()) {
            return;
        }
        String object = reference.path("name").asText();
        String key = reference.path("key").asText();
        byte[] value = data(container, kind, object, reference).get(key);
        if (value != null) {
            environment.put(name, new String(value, StandardCharsets.UTF_8));
        } else if (!reference.path("optional").asBoolean()) {
            throw new MissingException(
                    container, "couldn't find key %s in %s %s/%s".formatted(key, kind, namespace(), object));
        }
    }

    private String field(String path) {
        Matcher subscript = SUBSCRIPT.matcher(path);
        JsonNode node = pod.get();
        for (String step : (subscript.matches() ? subscript.group(1) : path).split("\\.")) {
            node = node.path(step);
        }
        return (subscript.matches() ? node.path(subscript.group(2)) : node).asText();
    }

    private String namespace() {
        return pod.get().path("metadata").path("namespace").asText();
    }

    Map<String, byte[]> volume(String name) {
        JsonNode volume = find(name, "volumes");
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (volume.has("projected")) {
            volume.path("projected").path("sources").forEach(source -> files.putAll(files(source, "name")));
        } else {
            files.putAll(files(volume, "secretName"));
        }
        return files;
    }

    private Map<String, byte[]> files(JsonNode source, String secretName) {
        String kind = source.has("secret") ? "secret" : "configmap";
        JsonNode reference = source.path(kind.equals("secret") ? "secret" : "configMap");
        if (reference.isMissingNode()) {
            return Map.of();
        }
        String object =
                reference.path(kind.equals("secret") ? secretName : "name").asText();
        Map<String, byte[]> data = data("", kind, object, reference);
        if (!reference.has("items")) {
            return data;
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (JsonNode item : reference.path("items")) {
            byte[] content = data.get(item.path("key").asText());
            if (content != null) {
                files.put(item.path("path").asText(), content);
            } else if (!reference.path("optional").asBoolean()) {
                throw new MissingException("", "references non-existent secret key: " + item.path("key"));
            }
        }
        return files;
    }

    private Map<String, byte[]> data(String container, String kind, String name, JsonNode reference) {
        var found = store.resource(kind + "s").find(namespace(), name);
        if (found.isEmpty() && !reference.path("optional").asBoolean()) {
            throw new MissingException(container, "%s \"%s\" not found".formatted(kind, name));
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        found.ifPresent(object -> {
            boolean encoded = kind.equals("secret");
            object.json().path("data").properties().forEach(entry -> {
                String text = entry.getValue().asText();
                data.put(
                        entry.getKey(),
                        encoded ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8));
            });
            object.json()
                    .path("binaryData")
                    .properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getDecoder().decode(entry.getValue().asText())));
        });
        return data;
    }
}
