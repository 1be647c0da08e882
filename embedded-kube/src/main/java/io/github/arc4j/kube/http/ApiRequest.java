package io.github.arc4j.kube.http;

/**
 * A client's request in terms of RBAC.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection
 * @param group API group, empty for the core group
 * @param resource plural name of the resource
 * @param subresource empty for the object itself
 * @param namespace empty for cluster-scoped types and for all namespaces
 * @param name on creation, the name or generateName of the object sent; empty for collections, unless a field selector
 *     specifies one object
 */
public record ApiRequest(
        String userAgent,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name) {

    /** {@code pods} or {@code pods/status}. */
    public String target() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    ApiRequest named(String objectName) {
        return new ApiRequest(userAgent, verb, group, resource, subresource, namespace, objectName);
    }
}
