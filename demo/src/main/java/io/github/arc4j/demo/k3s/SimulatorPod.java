package io.github.arc4j.demo.k3s;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.demo.stage.Namespaces;
import io.github.arc4j.demo.stage.RemoteGitHub;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The simulator as a pod with a Service. */
final class SimulatorPod {
    static final String NAMESPACE = "github";

    private static final String NAME = "simulator";
    static final int PORT = 7080;
    private static final int START_SECONDS = 180;

    private SimulatorPod() {}

    /** Starts the simulator; returns when it is ready. */
    static RemoteGitHub start(KubernetesClient client, String image) {
        Namespaces.create(client, NAMESPACE);
        client.services().resource(service()).create();
        client.pods()
                .resource(client.pods().resource(pod(image)).create())
                .waitUntilReady(START_SECONDS, TimeUnit.SECONDS);
        return new RemoteGitHub(client, NAMESPACE, NAME, PORT);
    }

    private static Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", NAME))
                .addNewPort()
                .withPort(PORT)
                .endPort()
                .endSpec()
                .build();
    }

    private static Pod pod(String image) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .withLabels(Map.of("app", NAME))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName(NAME)
                .withImage(image)
                .withImagePullPolicy("Never")
                .addToArgs("--port", Integer.toString(PORT))
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/sim/health")
                .withNewPort(PORT)
                .endHttpGet()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }
}
