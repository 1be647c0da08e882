package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The discovery endpoints of the API server. */
final class Discovery {

    private final ObjectStore store;

    Discovery(ObjectStore store) {
        this.store = store;
    }

    /** The document at a path such as {@code /apis/apps/v1}, if there is one. */
    Optional<ObjectNode> document(List<String> path) {
        return switch (path.size()) {
            case 1 -> root(path.getFirst());
            case 2 ->
                path.getFirst().equals("api")
                        ? Optional.of(resources("", path.get(1)))
                        : Optional.ofNullable(groups().get(path.get(1))).map(versions -> group(path.get(1), versions));
            case 3 -> Optional.of(resources(path.get(1), path.get(2)));
            default -> Optional.empty();
        };
    }

    private Optional<ObjectNode> root(String name) {
        return switch (name) {
            case "version" ->
                Optional.of(Json.object()
                        .put("major", "1")
                        .put("minor", "34")
                        .put("gitVersion", "v1.34.0+embedded")
                        .put("platform", "java"));
            case "api" -> {
                ObjectNode versions = Json.object().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                yield Optional.of(versions);
            }
            case "apis" -> {
                ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
                ArrayNode groups = list.putArray("groups");
                groups().forEach((name1, versions) -> groups.add(group(name1, versions)));
                yield Optional.of(list);
            }
            default -> Optional.empty();
        };
    }

    private Map<String, Set<String>> groups() {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (ResourceStore resource : store.resources()) {
            ResourceType type = resource.type();
            if (!type.group().isEmpty()) {
                groups.computeIfAbsent(type.group(), any -> new LinkedHashSet<>())
                        .add(type.version());
            }
        }
        return groups;
    }

    private static ObjectNode group(String name, Set<String> versions) {
        ObjectNode group =
                Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        ArrayNode list = group.putArray("versions");
        versions.forEach(version ->
                list.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.set("preferredVersion", list.get(0));
        return group;
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceStore resource : store.resources()) {
            ResourceType type = resource.type();
            if (type.group().equals(group) && type.version().equals(version)) {
                describe(resources.addObject(), type, "");
                if (type.statusSubresource()) {
                    describe(resources.addObject(), type, "/status");
                }
            }
        }
        if (resources.isEmpty()) {
            throw ApiHandler.noSuchResource();
        }
        return list;
    }

    private static void describe(ObjectNode resource, ResourceType type, String subresource) {
        resource.put("name", type.plural() + subresource)
                .put("singularName", subresource.isEmpty() ? type.kind().toLowerCase(Locale.ROOT) : "")
                .put("namespaced", type.namespaced())
                .put("kind", type.kind());
        ArrayNode verbs = resource.putArray("verbs");
        List<String> supported = subresource.isEmpty()
                ? List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
                : List.of("get", "patch", "update");
        supported.forEach(verbs::add);
    }
}
