package io.github.arc4j.controller.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.ChartRoles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Grants a user what the charts grant the controller's service account, and nothing more. */
final class ChartAccess {
    static final String USER = "arc4j-test-controller";

    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<Subject> SUBJECTS = List.of(new Subject(GROUP, "User", USER, null));

    private ChartAccess() {}

    /**
     * As after the installation of both charts, of a scale set in the one namespace and of the controller in the other.
     */
    static void grant(KubernetesClient client, String runners, String controller) {
        try {
            for (HasMetadata role : ChartRoles.objects("gha-runner-scale-set-controller/default.yaml")) {
                grant(client, role, controller);
            }
            for (String values : List.of("tls", "policy")) {
                for (HasMetadata role : ChartRoles.objects("gha-runner-scale-set/" + values + ".yaml")) {
                    role.getMetadata().setName(role.getMetadata().getName() + "-" + values);
                    grant(client, role, runners);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void grant(KubernetesClient client, HasMetadata granted, String namespace) {
        ObjectMeta metadata = new ObjectMetaBuilder()
                .withName(granted.getMetadata().getName())
                .withNamespace(granted instanceof Role ? namespace : null)
                .withLabels(Map.of(TestCluster.ACCESS, ""))
                .build();
        RoleRef reference = new RoleRef(GROUP, granted.getKind(), metadata.getName());
        if (granted instanceof ClusterRole role) {
            apply(client, new ClusterRoleBuilder(role).withMetadata(metadata).build());
            apply(
                    client,
                    new ClusterRoleBindingBuilder()
                            .withMetadata(metadata)
                            .withRoleRef(reference)
                            .withSubjects(SUBJECTS)
                            .build());
        } else if (granted instanceof Role role) {
            apply(client, new RoleBuilder(role).withMetadata(metadata).build());
            apply(
                    client,
                    new RoleBindingBuilder()
                            .withMetadata(metadata)
                            .withRoleRef(reference)
                            .withSubjects(SUBJECTS)
                            .build());
        }
    }

    private static void apply(KubernetesClient client, HasMetadata object) {
        client.resource(object).forceConflicts().serverSideApply();
    }
}
