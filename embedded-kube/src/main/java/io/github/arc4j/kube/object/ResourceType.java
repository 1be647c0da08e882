package io.github.arc4j.kube.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type of resource that the server supports.
 *
 * @param group API group, empty for the core group
 * @param plural resource name in URLs
 * @param statusSubresource whether {@code status} is written separately
 * @param custom whether the type is defined by a CRD, not built in
 * @param schema validates and prunes objects; null accepts everything
 * @param selectableFields dotted paths that field selectors may use in addition to name and namespace
 */
public record ResourceType(
        String group,
        String version,
        String plural,
        String kind,
        boolean namespaced,
        boolean statusSubresource,
        boolean custom,
        @Nullable Schema schema,
        Set<String> selectableFields) {

    private static final Set<String> POD_FIELDS = Set.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName");
    private static final Set<String> EVENT_FIELDS = Set.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type");

    /** The built-in types of every embedded server. */
    public static List<ResourceType> builtIn() {
        return List.of(
                core("pods", "Pod", true, true, POD_FIELDS),
                core("secrets", "Secret", true, false, Set.of("type")),
                core("configmaps", "ConfigMap", true, false, Set.of()),
                core("serviceaccounts", "ServiceAccount", true, false, Set.of()),
                core("services", "Service", true, true, Set.of("spec.clusterIP", "spec.type")),
                core("events", "Event", true, false, EVENT_FIELDS),
                core("namespaces", "Namespace", false, true, Set.of("status.phase")),
                core("nodes", "Node", false, true, Set.of("spec.unschedulable")),
                of("apps", "v1", "deployments", "Deployment", true, true),
                of("coordination.k8s.io", "v1", "leases", "Lease", true, false),
                of("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true),
                of("rbac.authorization.k8s.io", "v1", "roles", "Role", true, false),
                of("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, false),
                of("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, false),
                of("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false, false));
    }

    private static ResourceType core(
            String plural, String kind, boolean namespaced, boolean status, Set<String> selectable) {
        return new ResourceType("", "v1", plural, kind, namespaced, status, false, null, selectable);
    }

    private static ResourceType of(
            String group, String version, String plural, String kind, boolean namespaced, boolean status) {
        return new ResourceType(group, version, plural, kind, namespaced, status, false, null, Set.of());
    }

    /** A custom type without a schema: every object is accepted unchanged. */
    public static ResourceType custom(
            String group, String version, String plural, String kind, boolean namespaced, boolean status) {
        return new ResourceType(group, version, plural, kind, namespaced, status, true, null, Set.of());
    }

    /**
     * The served versions of a CustomResourceDefinition.
     *
     * @throws IllegalArgumentException if the node is not a CustomResourceDefinition
     */
    public static List<ResourceType> fromCrd(JsonNode crd) {
        JsonNode spec = crd.path("spec");
        if (!crd.path("kind").asText().equals("CustomResourceDefinition")
                || !spec.path("versions").isArray()) {
            throw new IllegalArgumentException(
                    "not a CustomResourceDefinition: " + crd.path("kind").asText());
        }
        List<ResourceType> types = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                types.add(version(spec, version));
            }
        }
        return types;
    }

    private static ResourceType version(JsonNode spec, JsonNode version) {
        Set<String> selectable = new HashSet<>();
        version.path("selectableFields")
                .forEach(field -> selectable.add(field.path("jsonPath").asText().replaceFirst("^\\.", "")));
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        return new ResourceType(
                spec.path("group").asText(),
                version.path("name").asText(),
                spec.path("names").path("plural").asText(),
                spec.path("names").path("kind").asText(),
                spec.path("scope").asText().equals("Namespaced"),
                version.path("subresources").has("status"),
                true,
                schema.isObject() ? new Schema(schema) : null,
                selectable);
    }

    /** The {@code apiVersion} of objects: {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name in messages and RBAC: {@code pods}, {@code deployments.apps}. */
    public String qualifiedName() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public boolean is(String qualifiedName) {
        return qualifiedName().equals(qualifiedName);
    }

    /** Whether {@code metadata.generation} counts the changes of the desired state. */
    public boolean countsGenerations() {
        return custom || group.equals("apps") || group.equals("policy");
    }

    /** Whether an update without a resourceVersion is rejected. */
    public boolean requiresVersionOnUpdate() {
        return custom || group.equals("coordination.k8s.io");
    }
}
