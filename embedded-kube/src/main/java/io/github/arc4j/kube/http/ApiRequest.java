package io.github.arc4j.kube.http;

/**
 * What a client asks for, in the words of RBAC.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection
 * @param group API group, empty for the core group
 * @param resource plural
 * @param subresource empty for the object itself
 * @param namespace empty for cluster-scoped types and for all namespaces
 * @param name on creation that of the object sent, or its generateName; empty for collections, unless a field selector
 *     names one object
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

    ApiRequest named(String itsName) {
        return new ApiRequest(userAgent, verb, group, resource, subresource, namespace, itsName);
    }
}
