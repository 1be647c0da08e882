package io.github.arc4j.demo.stage;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.arc4j.api.ApiGroup;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The types of objects that the charts, the controller and the listener create. */
public enum ObjectType {
    AUTOSCALING_RUNNER_SET(ApiGroup.NAME, ApiGroup.VERSION, "AutoscalingRunnerSet"),
    AUTOSCALING_LISTENER(ApiGroup.NAME, ApiGroup.VERSION, "AutoscalingListener"),
    EPHEMERAL_RUNNER_SET(ApiGroup.NAME, ApiGroup.VERSION, "EphemeralRunnerSet"),
    EPHEMERAL_RUNNER(ApiGroup.NAME, ApiGroup.VERSION, "EphemeralRunner"),
    POD("", "v1", "Pod"),
    SECRET("", "v1", "Secret"),
    CONFIG_MAP("", "v1", "ConfigMap"),
    SERVICE_ACCOUNT("", "v1", "ServiceAccount"),
    ROLE("rbac.authorization.k8s.io", "v1", "Role"),
    ROLE_BINDING("rbac.authorization.k8s.io", "v1", "RoleBinding"),
    DEPLOYMENT("apps", "v1", "Deployment"),
    CLUSTER_ROLE("rbac.authorization.k8s.io", "v1", "ClusterRole"),
    CLUSTER_ROLE_BINDING("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding");

    private final String group;
    private final String version;
    private final String kind;

    ObjectType(String group, String version, String kind) {
        this.group = group;
        this.version = version;
        this.kind = kind;
    }

    public String kind() {
        return kind;
    }

    /** The custom resources of the controller. */
    public static Set<ObjectType> custom() {
        return EnumSet.range(AUTOSCALING_RUNNER_SET, EPHEMERAL_RUNNER);
    }

    /** The Kubernetes types that are created for scale sets. */
    public static Set<ObjectType> core() {
        return EnumSet.range(POD, ROLE_BINDING);
    }

    /** The types that only the controller's installation contains. */
    public static Set<ObjectType> installation() {
        return EnumSet.range(DEPLOYMENT, CLUSTER_ROLE_BINDING);
    }

    /** The objects of a namespaced type. */
    public List<GenericKubernetesResource> list(KubernetesClient client, String namespace) {
        return client.genericKubernetesResources(context())
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    boolean namespaced() {
        return this != CLUSTER_ROLE && this != CLUSTER_ROLE_BINDING;
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(namespaced())
                .build();
    }
}
