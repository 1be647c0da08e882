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

/** The controller's Deployments and pods: those with its labels in its namespace, because tenants can set the labels elsewhere. */
public record Controller(Snapshot snapshot) {
    /** Value of {@link Labels#PART_OF} on the Deployment and the pods of both this controller and the Go controller. */
    public static final String PART_OF = "gha-rs-controller";

    private static final String WATCHED_NAMESPACE = "actions.github.com/controller-watch-single-namespace";
    private static final String WATCH_FLAG = "--watch-single-namespace";
    private static final String COMPONENT = "controller-manager";

    public List<Deployment> deployments() {
        return allDeployments(snapshot).stream().filter(this::isHere).toList();
    }

    public List<Pod> pods() {
        return allPods(snapshot).stream().filter(this::isHere).toList();
    }

    private boolean isHere(HasMetadata object) {
        return snapshot.controllerNamespace().equals(object.getMetadata().getNamespace());
    }

    /** Deployments of any namespace with the labels of a controller. */
    public static List<Deployment> allDeployments(Snapshot snapshot) {
        return snapshot.all(Deployment.class).stream()
                .filter(deployment -> Labels.get(deployment, Labels.PART_OF).equals(PART_OF))
                // Those of shared listeners belong to the same chart.
                .filter(deployment ->
                        Labels.get(deployment, Labels.LISTENER_SHARD).isEmpty())
                .toList();
    }

    /** Pods of any namespace with the labels of a controller. */
    public static List<Pod> allPods(Snapshot snapshot) {
        return snapshot.all(Pod.class).stream()
                .filter(pod -> Labels.get(pod, Labels.PART_OF).equals(PART_OF))
                .filter(pod -> Labels.get(pod, Labels.COMPONENT).equals(COMPONENT))
                // Not those of runners and listeners with a template that has these labels.
                .filter(pod -> Labels.get(pod, Labels.SCALE_SET_NAME).isEmpty())
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
        return values(containers(), name);
    }

    private static List<String> values(Stream<Container> containers, String flag) {
        String prefix = flag + "=";
        return containers
                .flatMap(container -> container.getArgs().stream())
                .filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length()))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    /** The containers whose process serves the scale sets of a namespace. */
    private List<Container> serving(String namespace) {
        return containers()
                .filter(container -> {
                    List<String> only = values(Stream.of(container), WATCH_FLAG);
                    return only.isEmpty() || only.contains(namespace);
                })
                .toList();
    }

    /** Whether the controller is known to serve other namespaces only. */
    public boolean ignores(String namespace) {
        return containers().findAny().isPresent() && serving(namespace).isEmpty();
    }

    /**
     * Why the controller's flags must not decide which credentials of a namespace are read and sent, and to whom; empty
     * if they may.
     */
    public Optional<String> doubt(String namespace) {
        return snapshot.controller().doubt().or(() -> {
            if (!serving(namespace).isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    ignores(namespace)
                            ? "the controller in the namespace %s does not serve it"
                                    .formatted(snapshot.controllerNamespace())
                            : "the namespace %s has no controller whose flags can be read"
                                    .formatted(snapshot.controllerNamespace()));
        });
    }

    /** The namespace that holds the credentials of the scale sets of a namespace; empty if there is a {@link #doubt}. */
    public Optional<String> credentialsNamespace(String namespace) {
        if (doubt(namespace).isPresent()) {
            return Optional.empty();
        }
        String prefix = namespace + "=";
        return values(serving(namespace).stream(), "--credentials-namespace").stream()
                .filter(value -> value.startsWith(prefix))
                .map(value -> value.substring(prefix.length()))
                .findFirst()
                .or(() -> Optional.of(namespace));
    }

    /** The hosts that scale sets of a namespace may name; none if they may name any host. */
    public List<String> allowedGitHubHosts(String namespace) {
        return values(serving(namespace).stream(), "--allowed-github-hosts");
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

    /** The name of the service account of a Deployment's pods. */
    public static String serviceAccount(Deployment deployment) {
        PodSpec spec = deployment.getSpec().getTemplate().getSpec();
        return spec == null || spec.getServiceAccountName() == null ? "default" : spec.getServiceAccountName();
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
