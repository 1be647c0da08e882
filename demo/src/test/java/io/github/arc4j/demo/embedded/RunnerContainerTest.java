package io.github.arc4j.demo.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.SimulatorOptions.Assignment;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFault.Kind;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runner pods, whose process is a runner call to the simulator. */
class RunnerContainerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NAMESPACE = "default";
    private static final String POD = "runner";

    private final GitHubSimulator github = GitHubSimulator.start(SimulatorOptions.builder()
            .assignment(Assignment.DIRECT)
            .heartbeat(Duration.ofMillis(20))
            .lostRunnerAfter(Duration.ofMillis(50))
            .build());
    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedKube kube = EmbeddedKube.builder()
            .pods(new PodCode(new CompletableFuture<>(), http))
            .start();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl(kube.uri().toString())
                    .build())
            .build();
    private final ActionsClient actions = ActionsClient.builder(
                    ConfigUrl.parse(github.configUrl("org")), () -> new PersonalAccessToken("sim-pat"))
            .build();
    private final PodResource pod = client.pods().inNamespace(NAMESPACE).withName(POD);

    private final Queue<String> phases = new ConcurrentLinkedQueue<>();
    private final CountDownLatch deleted = new CountDownLatch(1);

    /** Queues a job, lets a listener get it, and starts the pod of a runner. */
    private void runJob() throws Exception {
        kube.store().subscribe(List.of(kube.store().resource("pods")), this::observe);
        int scaleSet = actions.createScaleSet(RunnerScaleSet.builder()
                        .name("set")
                        .runnerGroupId(1)
                        .labels(List.of(Label.system("set")))
                        .build())
                .id();
        github.queueJob(JobRequest.of("set"));
        try (MessageSession session = actions.openSession(scaleSet, "test")) {
            session.poll(0, 1);
        }
        PodTemplateSpec template = RunnerTemplate.of("runner", github.uri().toString());
        String jitConfig = actions.generateJitConfig(scaleSet, POD, "").encodedJitConfig();
        template.getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .add(new EnvVar(RunnerEnvironment.JIT_CONFIG, jitConfig, null));
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(POD)
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .build())
                .create();
    }

    private void observe(Change change) {
        if (change.kind() == Change.Kind.DELETED) {
            deleted.countDown();
        } else if (!change.object().beingDeleted()) {
            phases.add(change.object().json().at("/status/phase").asText());
        }
    }

    @AfterEach
    void stop() {
        actions.close();
        client.close();
        kube.close();
        github.close();
        http.close();
    }

    @Test
    void aPodEndsWithTheJobOfItsRunner() throws Exception {
        runJob();
        pod.waitUntilCondition(
                current -> current.getStatus().getPhase().equals("Succeeded"), LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(github.summary().succeeded()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "DEPRECATED")
    void aPodWhoseRunnerHangsRunsUntilItIsDeleted(Kind kind) throws Exception {
        github.runnerFaults().add(RunnerFault.of(kind));
        runJob();
        github.await(simulator -> simulator.runnerFaults().hits() == 1, LIMIT);
        assertThat(pod.get().getStatus().getPhase()).isEqualTo("Running");
        pod.delete();
        assertThat(deleted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(phases).doesNotContain("Succeeded", "Failed");
        github.await(simulator -> simulator.runners().stream().noneMatch(RunnerView::online), LIMIT);
        assertThat(github.violations()).isEmpty();
    }

    @Test
    void theJobOfARunnerThatHangsInItFailsWhenThePodIsDeleted() throws Exception {
        github.runnerFaults().add(RunnerFault.of(Kind.NEVER_FINISHES));
        runJob();
        github.awaitJobs(jobs -> jobs.running() == 1, LIMIT);
        pod.delete();
        github.awaitJobs(jobs -> jobs.failed() == 1, LIMIT);
    }
}
