package io.github.arc4j.e2e.k3s;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code kubectl drain --pod-selector=actions-ephemeral-runner=True} of the only node of a cluster: cordons it and
 * evicts the pods, again and again as long as evictions are refused. Closing it uncordons the node.
 */
final class NodeDrain implements AutoCloseable {
    private final KubernetesClient client;
    private final String namespace;

    private NodeDrain(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Cordons the node. */
    static NodeDrain begin(String kubeConfig, String namespace) {
        // Refusals must not be retried by the client.
        Config config = new ConfigBuilder(Config.fromKubeconfig(kubeConfig))
                .withRequestRetryBackoffLimit(0)
                .build();
        NodeDrain drain =
                new NodeDrain(new KubernetesClientBuilder().withConfig(config).build(), namespace);
        drain.cordon(true);
        return drain;
    }

    private void cordon(boolean unschedulable) {
        String node = client.nodes().list().getItems().getFirst().getMetadata().getName();
        client.nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"spec\":{\"unschedulable\":" + unschedulable + "}}");
    }

    /** The runner pods on the node. */
    List<Pod> pods() {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabel("actions-ephemeral-runner", "True")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .toList();
    }

    /**
     * Tries to evict all pods once.
     *
     * @return the names of those whose eviction was refused
     */
    Set<String> evict() {
        return pods().stream()
                .filter(pod -> !pod.isMarkedForDeletion() && !evict(pod))
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private boolean evict(Pod pod) {
        Eviction eviction = new EvictionBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withDeleteOptions(new DeleteOptionsBuilder()
                        .withNewPreconditions()
                        .withUid(pod.getMetadata().getUid())
                        .endPreconditions()
                        .build())
                .build();
        return client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .evict(eviction);
    }

    @Override
    public void close() {
        cordon(false);
        client.close();
    }
}
