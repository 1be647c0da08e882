package io.github.arc4j.e2e.k3s;

import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.Retention;
import java.util.List;
import java.util.Optional;

/** Runners that run out of memory before they connect to GitHub, as long as a ConfigMap says so. */
final class FailingRunners {
    /** The last line of a failing runner's log. */
    static final String LAST_LINE = "about to run out of memory";

    private static final String SWITCH = "failing-runners";
    private static final String VARIABLE = "FAIL";
    private static final String MEMORY = "48Mi";

    /** {@code tail} keeps the last line in memory, which never ends; as process 1 it ends the container. */
    private static final String SCRIPT =
            "if [ \"$%s\" = true ]; then echo '%s'; exec tail /dev/zero; fi; ".formatted(VARIABLE, LAST_LINE);

    private final KubernetesClient client;

    FailingRunners(KubernetesClient client) {
        this.client = client;
    }

    /** Runners fail from now on. */
    void begin() {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(SWITCH)
                        .withNamespace(RUNNER_NAMESPACE)
                        .endMetadata()
                        .addToData(VARIABLE, "true")
                        .build())
                .create();
    }

    /** New runners do not fail. */
    void end() {
        client.configMaps().inNamespace(RUNNER_NAMESPACE).withName(SWITCH).delete();
    }

    /** A failed runner whose message contains this. */
    Optional<EphemeralRunner> retainedWith(String message) {
        return client.resources(EphemeralRunner.class).inNamespace(RUNNER_NAMESPACE).list().getItems().stream()
                .filter(Retention::isRetained)
                .filter(runner -> runner.getStatus().message().contains(message))
                .findFirst();
    }

    /** The log of a runner's pod, as {@code kubectl logs} shows it. */
    String log(EphemeralRunner runner) {
        return client.pods()
                .inNamespace(RUNNER_NAMESPACE)
                .withName(runner.getMetadata().getName())
                .inContainer("runner")
                .getLog();
    }

    /** @param healthy a template of runners that do not fail */
    static PodTemplateSpec template(PodTemplateSpec healthy) {
        Container container = healthy.getSpec().getContainers().getFirst();
        List<String> command = container.getCommand();
        Container failing = new ContainerBuilder(container)
                .withCommand(command.get(0), command.get(1), command.get(2), SCRIPT + command.get(3))
                .addNewEnv()
                .withName(VARIABLE)
                .withNewValueFrom()
                .withNewConfigMapKeyRef(VARIABLE, SWITCH, true)
                .endValueFrom()
                .endEnv()
                .editOrNewResources()
                .addToLimits("memory", new Quantity(MEMORY))
                .endResources()
                .build();
        return new PodTemplateSpecBuilder(healthy)
                .editSpec()
                .withContainers(failing)
                .endSpec()
                .build();
    }
}
