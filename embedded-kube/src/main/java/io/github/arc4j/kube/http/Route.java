package io.github.arc4j.kube.http;

import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The resource or object that the path of a URL addresses.
 *
 * @param namespace empty for cluster-scoped types and all namespaces
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record Route(ResourceStore resource, String namespace, String name, String subresource) {

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    /** Empty if the path does not belong to a resource of the server. */
    static Optional<Route> of(List<String> path, ObjectStore store) {
        boolean core = !path.isEmpty() && path.getFirst().equals("api");
        int prefix = core ? 2 : 3;
        if (path.size() <= prefix || !(core || path.getFirst().equals("apis"))) {
            return Optional.empty();
        }
        String group = core ? "" : path.get(1);
        String version = path.get(prefix - 1);
        List<String> rest = path.subList(prefix, path.size());
        boolean inNamespace = rest.getFirst().equals("namespaces")
                && rest.size() > 2
                && !(rest.size() == 3 && core && NAMESPACE_SUBRESOURCES.contains(rest.get(2)));
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> object = inNamespace ? rest.subList(2, rest.size()) : rest;
        if (object.size() > 3) {
            return Optional.empty();
        }
        return store.resource(group, version, object.getFirst())
                .map(resource -> new Route(resource, namespace, at(object, 1), at(object, 2)))
                .filter(Route::isServed);
    }

    private static String at(List<String> list, int index) {
        return index < list.size() ? list.get(index) : "";
    }

    private boolean isServed() {
        ResourceType type = resource.type();
        boolean scopeMatches = type.namespaced() ? name.isEmpty() || !namespace.isEmpty() : namespace.isEmpty();
        return scopeMatches
                && switch (subresource) {
                    case "" -> true;
                    case "status" -> type.statusSubresource();
                    case "finalize" -> type.plural().equals("namespaces");
                    default -> false;
                };
    }

    ResourceStore.Part part() {
        return subresource.equals("status") ? ResourceStore.Part.STATUS : ResourceStore.Part.OBJECT;
    }

    boolean isCollection() {
        return name.isEmpty();
    }
}
