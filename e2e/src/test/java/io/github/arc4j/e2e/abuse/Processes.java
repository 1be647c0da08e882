package io.github.arc4j.e2e.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.demo.stage.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The pods of controller and listeners at one time. */
record Processes(KubernetesClient client, List<Pod> pods) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Those of now, as soon as all are ready. */
    static Processes ready(KubernetesClient client) {
        await().atMost(LIMIT).until(() -> {
            List<Pod> pods = pods(client);
            return pods.size() > 1 && pods.stream().allMatch(Processes::isReady);
        });
        return new Processes(client, pods(client));
    }

    private static List<Pod> pods(KubernetesClient client) {
        return client.pods().inNamespace(Stage.CONTROLLER_NAMESPACE).list().getItems();
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    /** The pods of the controller, as soon as they are ready; pods of tenants' listeners may never be. */
    static List<Pod> readyControllers(KubernetesClient client) {
        await().atMost(LIMIT).until(() -> {
            List<Pod> pods = controllers(client);
            return !pods.isEmpty() && pods.stream().allMatch(Processes::isReady);
        });
        return controllers(client);
    }

    private static List<Pod> controllers(KubernetesClient client) {
        return pods(client).stream()
                .filter(pod ->
                        pod.getSpec().getContainers().getFirst().getName().equals("manager"))
                .toList();
    }

    static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /** Hosts and ports that others can reach: those of metrics and of probes. */
    List<String> ports() {
        return pods.stream()
                .flatMap(pod -> pod.getSpec().getContainers().stream()
                        .flatMap(container -> Stream.concat(
                                container.getPorts().stream().map(ContainerPort::getContainerPort),
                                Stream.of(container.getLivenessProbe(), container.getReadinessProbe())
                                        .filter(Objects::nonNull)
                                        .map(Probe::getHttpGet)
                                        .map(get -> get.getPort().getIntVal())
                                        .filter(Objects::nonNull)))
                        .distinct()
                        .map(port -> pod.getStatus().getPodIP() + ":" + port))
                .toList();
    }

    /** All are still there and ready, and none was started again. A probe or two may have been answered late. */
    void assertUndisturbed() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(pods(client))
                        .filteredOn(Processes::isReady)
                        .extracting(Processes::nameAndRestarts)
                        .containsAll(
                                pods.stream().map(Processes::nameAndRestarts).toList()));
    }

    private static String nameAndRestarts(Pod pod) {
        return "%s, restarted %d times".formatted(pod.getMetadata().getName(), restarts(pod));
    }
}
