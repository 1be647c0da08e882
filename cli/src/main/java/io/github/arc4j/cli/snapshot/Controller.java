package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.github.arc4j.api.Labels;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The controller's Deployments and pods. */
public record Controller(Snapshot snapshot) {
    /** Value of {@link Labels#PART_OF} on the Deployment and the pods of both this controller and the Go controller. */
    public static final String PART_OF = "gha-rs-controller";

    private static final String WATCHED_NAMESPACE = "actions.github.com/controller-watch-single-namespace";
    private static final String COMPONENT = "controller-manager";

    public List<Deployment> deployments() {
        return snapshot.all(Deployment.class).stream()
                .filter(deployment -> Labels.get(deployment, Labels.PART_OF).equals(PART_OF))
                // Those of shared listeners belong to the same chart.
                .filter(deployment ->
                        Labels.get(deployment, Labels.LISTENER_SHARD).isEmpty())
                .toList();
    }

    public List<Pod> pods() {
        return snapshot.all(Pod.class).stream()
                .filter(pod -> Labels.get(pod, Labels.PART_OF).equals(PART_OF))
                .filter(pod -> Labels.get(pod, Labels.COMPONENT).equals(COMPONENT))
                .toList();
    }

    /** The condition of a pod that is ready. */
    public Optional<PodCondition> ready() {
        return pods().stream()
                .filter(pod -> pod.getStatus() != null)
                .flatMap(pod -> pod.getStatus().getConditions().stream())
                .filter(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()))
                .findFirst();
    }

    /** The values of a flag of the process, such as {@code --watch-single-namespace}. */
    public List<String> flag(String name) {
        String prefix = name + "=";
        return containers()
                .flatMap(container -> container.getArgs().stream())
                .filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length()))
                .distinct()
                .toList();
    }

    /** The namespace that holds the credentials of the scale sets of a namespace. */
    public String credentialsNamespace(String namespace) {
        String prefix = namespace + "=";
        return flag("--credentials-namespace").stream()
                .filter(value -> value.startsWith(prefix))
                .map(value -> value.substring(prefix.length()))
                .findFirst()
                .orElse(namespace);
    }

    /** The only namespace that a Deployment's controller serves; empty if it serves all. */
    public static String watchedNamespace(Deployment deployment) {
        return Labels.get(deployment, WATCHED_NAMESPACE);
    }

    /** The version of the controller's chart; empty if unknown. */
    public String version() {
        return Stream.<HasMetadata>concat(deployments().stream(), pods().stream())
                .map(object -> Labels.get(object, Labels.VERSION))
                .filter(version -> !version.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The names of the controller's service account. */
    public List<String> serviceAccounts() {
        return specs().map(PodSpec::getServiceAccountName)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** The containers of the process. */
    public Stream<Container> containers() {
        return specs().flatMap(spec -> spec.getContainers().stream())
                .filter(container -> "manager".equals(container.getName()));
    }

    private Stream<PodSpec> specs() {
        Stream<PodSpec> ofDeployments = deployments().stream()
                .map(deployment -> deployment.getSpec().getTemplate().getSpec());
        return Stream.concat(ofDeployments, pods().stream().map(Pod::getSpec)).filter(Objects::nonNull);
    }
}
