package io.github.arc4j.e2e.abuse;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.github.arc4j.demo.k3s.K3sStage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A pod, as a job could be one, that runs {@link PortFlood}: the simulator's image with another main class. */
final class FloodPod implements AutoCloseable {
    private static final String NAME = "flood";
    private static final String CLASS_FILE = PortFlood.class.getSimpleName() + ".class";
    private static final String LAUNCHER = "simulator.cfg";
    private static final String CLASSES = "/flood";
    private static final Duration START = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final ConfigMap program;
    private final PodResource pod;

    private FloodPod(KubernetesClient client, ConfigMap program, PodResource pod) {
        this.client = client;
        this.program = program;
        this.pod = pod;
    }

    /**
     * Floods ports; returns when all connections are there.
     *
     * @param ports each with its host, such as {@code 10.0.0.1:8080}
     */
    static FloodPod start(KubernetesClient client, String namespace, Duration duration, List<String> ports)
            throws IOException {
        ConfigMap program = client.resource(program(namespace)).create();
        PodResource pod = client.pods()
                .resource(client.resource(pod(namespace, duration, ports)).create());
        FloodPod flood = new FloodPod(client, program, pod);
        await().atMost(START).until(() -> flood.hasBegun());
        return flood;
    }

    private boolean hasBegun() {
        boolean runs = pod.get().getStatus().getContainerStatuses().stream()
                .anyMatch(container -> container.getState().getWaiting() == null);
        return runs && pod.getLog().contains(PortFlood.BEGUN);
    }

    /** Waits for its end, and answers what it says of it. */
    String awaitEnd(Duration limit) {
        pod.waitUntilCondition(
                now -> now.getStatus().getPhase().equals("Succeeded"), limit.toMillis(), TimeUnit.MILLISECONDS);
        return pod.getLog();
    }

    private static ConfigMap program(String namespace) throws IOException {
        try (InputStream bytes = PortFlood.class.getResourceAsStream(CLASS_FILE)) {
            return new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(NAME)
                    .endMetadata()
                    .addToBinaryData(
                            CLASS_FILE,
                            Base64.getEncoder()
                                    .encodeToString(
                                            Objects.requireNonNull(bytes).readAllBytes()))
                    .addToData(LAUNCHER, """
                        [Application]
                        app.mainclass=%s
                        app.classpath=%s
                        app.runtime=/app/runtime
                        """.formatted(PortFlood.class.getName(), CLASSES))
                    .build();
        }
    }

    private static Pod pod(String namespace, Duration duration, List<String> ports) {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(duration.toSeconds())));
        arguments.addAll(ports);
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName(NAME)
                .withImage(K3sStage.SIMULATOR_IMAGE)
                .withImagePullPolicy("Never")
                .withArgs(arguments)
                .addNewVolumeMount()
                .withName(NAME)
                .withMountPath("/usr/lib/app/" + LAUNCHER)
                .withSubPath(LAUNCHER)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(NAME)
                .withMountPath(CLASSES + "/" + PortFlood.class.getPackageName().replace('.', '/') + "/" + CLASS_FILE)
                .withSubPath(CLASS_FILE)
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName(NAME)
                .withNewConfigMap()
                .withName(NAME)
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        pod.delete();
        client.resource(program).delete();
    }
}
