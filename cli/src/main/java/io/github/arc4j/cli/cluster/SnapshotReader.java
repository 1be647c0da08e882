package io.github.arc4j.cli.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesResourceUtil;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads a snapshot. What the account may not read becomes a gap. An account that may not list a kind in all namespaces,
 * such as a controller's with a single namespace, lists it in those that are known.
 */
final class SnapshotReader {
    /** In the pod of a controller: its namespace. */
    private static final String POD_NAMESPACE = "CONTROLLER_MANAGER_POD_NAMESPACE";

    private static final String[] PARTS = {Labels.PART_OF_RUNNER_SCALE_SET, Controller.PART_OF};

    private final KubernetesClient client;
    private final Selection selection;
    private final Snapshot.Builder snapshot;

    /** Namespaces to list in if it is not allowed to list in all of them. */
    private final Set<String> known = new LinkedHashSet<>();

    SnapshotReader(KubernetesClient client, Selection selection) {
        this.client = client;
        this.selection = selection;
        this.snapshot = Snapshot.builder(Clock.systemUTC().instant());
        this.known.addAll(selection.namespaces());
        Stream.of(
                        selection.controllerNamespace(),
                        client.getConfiguration().getNamespace(),
                        System.getenv(POD_NAMESPACE))
                .filter(namespace -> namespace != null && !namespace.isEmpty())
                .forEach(known::add);
    }

    Snapshot read(Cluster.Scope scope) {
        ApiServerClock.skew(client).ifPresent(snapshot::clockSkew);
        snapshot.add(listAnywhere(Deployment.class, Controller.PART_OF));
        boolean areAllDeployments =
                snapshot.build().isComplete() && snapshot.build().hasRead(Deployment.class);
        snapshot.add(selection.namespaces().isEmpty() ? listAnywhere(Pod.class, PARTS) : in(known, Pod.class, PARTS));
        ControllerLocation location = location(areAllDeployments);
        String controllerNamespace = location.namespace();
        snapshot.controller(location);
        known.addAll(new Controller(snapshot.build()).flag("--watch-single-namespace"));
        List<AutoscalingRunnerSet> sets = scaleSets();
        snapshot.add(sets);
        snapshot.add(listSelected(EphemeralRunnerSet.class));
        snapshot.add(listSelected(EphemeralRunner.class));
        // In the controller's namespace only, unless all may be listed: those of a former controller may be elsewhere.
        snapshot.add(listAnywhere(AutoscalingListener.class));
        Set<String> namespaces = new TreeSet<>();
        sets.forEach(set -> namespaces.add(set.getMetadata().getNamespace()));
        snapshot.add(in(namespaces, ResourceQuota.class));
        if (scope == Cluster.Scope.INSTALLATION) {
            readInstallation(sets, namespaces, controllerNamespace);
        }
        if (!controllerNamespace.isEmpty()) {
            namespaces.add(controllerNamespace);
        }
        snapshot.add(in(namespaces, Event.class));
        return snapshot.build();
    }

    private void readInstallation(List<AutoscalingRunnerSet> sets, Set<String> namespaces, String controllerNamespace) {
        snapshot.add(in(namespaces, Role.class));
        snapshot.add(in(namespaces, RoleBinding.class));
        snapshot.add(in(namespaces, ServiceAccount.class));
        Controller controller = new Controller(snapshot.build());
        sets.forEach(set -> readReferences(set, controller));
        try {
            snapshot.add(client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                    .filter(definition -> definition.getSpec().getGroup().equals(ApiGroup.NAME)
                            || definition.getSpec().getGroup().equals("actions.summerwind.dev"))
                    .toList());
        } catch (KubernetesClientException e) {
            gap(CustomResourceDefinition.class, e);
        }
        if (!controllerNamespace.isEmpty()) {
            snapshot.add(in(Set.of(controllerNamespace), Lease.class));
        }
    }

    /** The Secrets and the ConfigMap that a scale set names; none unless it is known what the controller does with them. */
    private void readReferences(AutoscalingRunnerSet set, Controller controller) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        String namespace = set.getMetadata().getNamespace();
        Optional<String> credentials = controller.credentialsNamespace(namespace);
        if (credentials.isEmpty()) {
            return;
        }
        if (spec.vaultConfig() == null) {
            read(Secret.class, credentials.get(), spec.githubConfigSecret());
        }
        if (spec.proxy() != null) {
            Stream.of(spec.proxy().http(), spec.proxy().https())
                    .filter(Objects::nonNull)
                    .forEach(proxy -> read(Secret.class, namespace, proxy.credentialSecretRef()));
        }
        Optional.ofNullable(spec.githubServerTLS())
                .map(TlsConfig::configMapKeyRef)
                .ifPresent(reference -> read(ConfigMap.class, namespace, reference.name()));
    }

    /** @param name what a user wrote; the client would request all objects for {@code ?x} */
    private <T extends HasMetadata> void read(Class<T> type, String namespace, String name) {
        if (!KubernetesResourceUtil.isValidSubdomainName(name)) {
            return;
        }
        try {
            T object =
                    client.resources(type).inNamespace(namespace).withName(name).get();
            if (object != null) {
                snapshot.add(List.of(object));
            }
        } catch (KubernetesClientException e) {
            gap(type, e);
        }
    }

    private List<AutoscalingRunnerSet> scaleSets() {
        List<AutoscalingRunnerSet> sets = listSelected(AutoscalingRunnerSet.class);
        snapshot.build().gap(AutoscalingRunnerSet.class).ifPresent(gap -> {
            throw new NoAccessException(
                    "Scale sets cannot be read: %s. Name their namespaces with --namespace, or use another account."
                            .formatted(gap.message()),
                    null);
        });
        return sets;
    }

    /** What the user or the controller's own pod says; without that, what the cluster shows. */
    private ControllerLocation location(boolean areAllDeployments) {
        Snapshot read = snapshot.build();
        return Stream.of(selection.controllerNamespace(), System.getenv(POD_NAMESPACE))
                .filter(namespace -> namespace != null && !namespace.isEmpty())
                .findFirst()
                .map(ControllerLocation::certain)
                .orElseGet(() -> new ControllerSearch(client)
                        .find(Controller.allDeployments(read), areAllDeployments, Controller.allPods(read)));
    }

    private <T extends HasMetadata> List<T> listSelected(Class<T> type) {
        if (selection.namespaces().isEmpty()) {
            return listAnywhere(type);
        }
        snapshot.incomplete();
        return in(Set.copyOf(selection.namespaces()), type);
    }

    /**
     * Lists in all namespaces or, if that is forbidden, in those that are known.
     *
     * @param partOf values of the label {@link Labels#PART_OF}, one of which the objects have; none for all objects
     */
    private <T extends HasMetadata> List<T> listAnywhere(Class<T> type, String... partOf) {
        try {
            return Pages.list(filtered(client.resources(type).inAnyNamespace(), partOf));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && !known.isEmpty()) {
                snapshot.incomplete();
                return in(known, type, partOf);
            }
            gap(type, e);
            return List.of();
        }
    }

    private <T extends HasMetadata> List<T> in(Set<String> namespaces, Class<T> type, String... partOf) {
        List<T> found = new ArrayList<>();
        boolean isAllowed = namespaces.isEmpty();
        KubernetesClientException failure = null;
        for (String namespace : namespaces) {
            try {
                found.addAll(Pages.list(filtered(client.resources(type).inNamespace(namespace), partOf)));
                isAllowed = true;
            } catch (KubernetesClientException e) {
                failure = e;
            }
        }
        if (!isAllowed) {
            gap(type, Objects.requireNonNull(failure));
        }
        return found;
    }

    private static <T, L> FilterWatchListDeletable<T, L, Resource<T>> filtered(
            FilterWatchListDeletable<T, L, Resource<T>> all, String... partOf) {
        return partOf.length == 0 ? all : all.withLabelIn(Labels.PART_OF, partOf);
    }

    /** @throws NoAccessException if no request can succeed */
    private void gap(Class<? extends HasMetadata> type, KubernetesClientException e) {
        int status = e.getCode();
        if (status < HttpURLConnection.HTTP_OK) {
            throw new NoAccessException(
                    "The API server %s cannot be reached: %s".formatted(client.getMasterUrl(), cause(e)), e);
        }
        snapshot.gap(
                type,
                switch (status) {
                    case HttpURLConnection.HTTP_FORBIDDEN -> "this account may not list them";
                    case HttpURLConnection.HTTP_NOT_FOUND -> "this kind is not installed";
                    case HttpURLConnection.HTTP_UNAUTHORIZED ->
                        throw new NoAccessException(
                                "The API server %s rejects the credentials (401). Log in again, or name another --context."
                                        .formatted(client.getMasterUrl()),
                                e);
                    default -> Objects.requireNonNullElse(e.getMessage(), "status " + status);
                });
    }

    private static String cause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
