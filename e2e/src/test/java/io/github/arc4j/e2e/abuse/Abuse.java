package io.github.arc4j.e2e.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Abuse of a system that runs a healthy scale set, {@link Stage#SCALE_SET}: no process ends, also not because it takes more
 * memory than its limit, and the healthy scale set still runs jobs.
 */
public final class Abuse {
    private static final Logger log = LoggerFactory.getLogger(Abuse.class);
    private static final List<String> NAMESPACES = List.of(Stage.CONTROLLER_NAMESPACE, Stage.RUNNER_NAMESPACE);
    private static final Duration FLOOD = Duration.ofSeconds(6);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final K3sStage stage;
    private final KubernetesClient client;
    private final Job job;

    /** A job of the healthy scale set. */
    public interface Job {
        void awaitEnd() throws Exception;
    }

    /** @param job waits until the next job of the healthy scale set has ended */
    public Abuse(K3sStage stage, Job job) {
        this.stage = stage;
        this.client = stage.client();
        this.job = job;
    }

    /** For listeners that have a pod of their own, and so no limit from the controller's chart. */
    public void limitMemoryOfListeners(String limit) {
        client.resource(new LimitRangeBuilder()
                        .withNewMetadata()
                        .withNamespace(Stage.CONTROLLER_NAMESPACE)
                        .withName("memory")
                        .endMetadata()
                        .withNewSpec()
                        .addNewLimit()
                        .withType("Container")
                        .addToDefault("memory", Quantity.parse(limit))
                        .endLimit()
                        .endSpec()
                        .build())
                .create();
    }

    /** A job, as anybody on the pod network could, floods all ports of all processes with requests that never end. */
    public void floodPorts() throws Exception {
        Processes processes = Processes.ready(client);
        List<String> ports = processes.ports();
        assertThat(ports).hasSize(2 * processes.pods().size());
        try (FloodPod flood = FloodPod.start(client, Stage.RUNNER_NAMESPACE, FLOOD, ports)) {
            stage.gitHub().queue(JobRequest.of(Stage.SCALE_SET), 1);
            job.awaitEnd();
            log.info("{}: {}", ports, flood.awaitEnd(LIMIT));
        }
        processes.assertUndisturbed();
    }

    /** GitHub, and those whose texts it passes on, send hostile texts for a job; each process is still as it should be. */
    public void hostileJob() throws Exception {
        Processes processes = Processes.ready(client);
        HostileGitHub gitHub = new HostileGitHub(stage.gitHub());
        gitHub.answerCallsOfAJob();
        gitHub.queueJob(Stage.SCALE_SET);
        // A runner may be left over from the job before. The second job then needs a runner whose registration fails.
        stage.gitHub().queue(JobRequest.of(Stage.SCALE_SET), 1);
        job.awaitEnd();
        job.awaitEnd();

        Traces traces = new Traces(client, processes.pods(), NAMESPACES);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(traces.places())
                        .contains("metrics")
                        .filteredOn("log"::equals)
                        .hasSize(processes.pods().size()));
        traces.assertHarmless();
        processes.assertUndisturbed();
    }

    /**
     * A tenant creates objects that nobody needs.
     *
     * @param valid a scale set of the tenant's that works
     */
    public void hostileTenant(AutoscalingRunnerSet valid) throws Exception {
        Processes processes = Processes.ready(client);
        HostileTenant tenant = new HostileTenant(client, valid);
        tenant.limitPods();
        new HostileGitHub(stage.gitHub()).rejectARegistration();
        tenant.createHostileTexts();
        tenant.createMutations(idOf(valid.getMetadata().getName()));
        tenant.createLargeObjects();

        stage.gitHub().queue(JobRequest.of(Stage.SCALE_SET), 1);
        job.awaitEnd();
        processes.assertUndisturbed();
        Traces traces = new Traces(
                client,
                processes.pods(),
                List.of(Stage.CONTROLLER_NAMESPACE, valid.getMetadata().getNamespace()));
        traces.assertHarmless();
        assertThat(traces.places()).contains("log", "Events", "messages");

        // A new process reads everything at once.
        client.resourceList(Processes.readyControllers(client)).delete();
        stage.gitHub().queue(JobRequest.of(Stage.SCALE_SET), 1);
        job.awaitEnd();
        assertThat(Processes.readyControllers(client))
                .allSatisfy(pod -> assertThat(Processes.restarts(pod)).isZero());
    }

    private int idOf(String scaleSet) {
        return stage.gitHub().scaleSets().stream()
                .filter(set -> set.name().equals(scaleSet))
                .findFirst()
                .orElseThrow()
                .id();
    }
}
