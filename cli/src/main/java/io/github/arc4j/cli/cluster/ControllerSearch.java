package io.github.arc4j.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the controller. Whoever may create Deployments can set its labels; but a service account that may patch the scale
 * sets of all namespaces was chosen by the cluster's operator, and reaches their credentials anyway.
 */
final class ControllerSearch {
    private static final String ANY = "*";

    private final KubernetesClient client;

    ControllerSearch(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The controller of a cluster.
     *
     * @param deployments those with its labels
     * @param areAll whether there are no others
     * @param pods those with its labels, if the Deployments could not be read
     */
    ControllerLocation find(List<Deployment> deployments, boolean areAll, List<Pod> pods) {
        if (deployments.isEmpty()) {
            return areAll ? ControllerLocation.UNKNOWN : ControllerLocation.ofLabels(namespaces(pods.stream()));
        }
        List<ClusterRoleBinding> bindings = bindings();
        List<String> trusted =
                namespaces(deployments.stream().filter(deployment -> mayPatchAllScaleSets(deployment, bindings)));
        return trusted.size() == 1
                ? new ControllerLocation(trusted.getFirst(), true, namespaces(deployments.stream()))
                : ControllerLocation.ofLabels(trusted.isEmpty() ? namespaces(deployments.stream()) : trusted);
    }

    private static List<String> namespaces(Stream<? extends HasMetadata> objects) {
        return objects.map(object -> object.getMetadata().getNamespace())
                .distinct()
                .sorted()
                .toList();
    }

    private List<ClusterRoleBinding> bindings() {
        try {
            return Pages.list(client.rbac().clusterRoleBindings());
        } catch (KubernetesClientException e) {
            return List.of(); // the location remains uncertain, which is reported
        }
    }

    private boolean mayPatchAllScaleSets(Deployment deployment, List<ClusterRoleBinding> bindings) {
        String namespace = deployment.getMetadata().getNamespace();
        String account = Controller.serviceAccount(deployment);
        return bindings.stream()
                .filter(binding -> Stream.ofNullable(binding.getSubjects())
                        .flatMap(List::stream)
                        .anyMatch(subject -> "ServiceAccount".equals(subject.getKind())
                                && namespace.equals(subject.getNamespace())
                                && account.equals(subject.getName())))
                .map(binding -> binding.getRoleRef().getName())
                .distinct()
                .anyMatch(this::letsPatchScaleSets);
    }

    private boolean letsPatchScaleSets(String role) {
        try {
            return Optional.ofNullable(
                            client.rbac().clusterRoles().withName(role).get())
                    .stream()
                    .map(ClusterRole::getRules)
                    .filter(Objects::nonNull)
                    .flatMap(List::stream)
                    .anyMatch(ControllerSearch::letsPatchScaleSets);
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static boolean letsPatchScaleSets(PolicyRule rule) {
        return contains(rule.getApiGroups(), ApiGroup.NAME)
                && contains(rule.getResources(), "autoscalingrunnersets")
                && contains(rule.getVerbs(), "patch")
                && (rule.getResourceNames() == null || rule.getResourceNames().isEmpty());
    }

    private static boolean contains(List<String> values, String value) {
        return values != null && (values.contains(value) || values.contains(ANY));
    }
}
