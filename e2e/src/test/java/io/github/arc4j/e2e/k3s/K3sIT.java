package io.github.arc4j.e2e.k3s;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.demo.k3s.AuditLog;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.ObjectRef;
import io.github.arc4j.e2e.GitHubEvents;
import io.github.arc4j.e2e.Requirements;
import io.github.arc4j.e2e.helm.RoleRules;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.SimulatorEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Charts, images and real Kubernetes together, as users have them: a story in chapters, from the installation to the
 * end. The controller watches a single namespace; {@code HelmIT} has those that watch all.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Requirements.class)
@NullUnmarked
class K3sIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** docs/policy.md promises 1 s. Longer by default, because other tests run at the same time. */
    private static final Duration UNTIL_MARKED = Duration.ofSeconds(Integer.getInteger("marks.seconds", 5));

    private static K3sStage stage;
    private static GitHubEvents events;
    private static Set<ObjectRef> beforeInstallation;
    private static Set<ObjectRef> beforeJobs;
    private static RoleRules rules;

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = context -> {
        if (context.getExecutionException().isPresent() && stage != null) {
            stage.saveDiagnostics();
        }
    };

    @BeforeAll
    static void start() throws Exception {
        stage = K3sStage.start(progress -> {});
        beforeInstallation = stage.objects().objects();
        events = new GitHubEvents(stage.gitHub());
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    @Order(1)
    void theChartsRegisterAScaleSetWhoseListenerWaitsForJobs() throws Exception {
        stage.install(Map.of("flags", Map.of("watchSingleNamespace", RUNNER_NAMESPACE)));

        assertThat(events.await(SimulatorEvent.Kind.SESSION_OPENED).scaleSet()).isEqualTo(SCALE_SET);
        beforeJobs = stage.objects().objects();
        assertThat(kinds(beforeJobs, CONTROLLER_NAMESPACE)).contains("Deployment", "AutoscalingListener", "Pod");
        assertThat(kinds(beforeJobs, RUNNER_NAMESPACE)).contains("AutoscalingRunnerSet", "EphemeralRunnerSet");
    }

    @Test
    @Order(2)
    void threeJobsSucceedAndTheirRunnersPodsAndSecretsAreRemoved() throws Exception {
        stage.gitHub()
                .queue(
                        JobRequest.builder(SCALE_SET)
                                .duration(Duration.ofSeconds(1))
                                .build(),
                        3);

        for (int job = 0; job < 3; job++) {
            assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
        }
        assertThat(stage.objects().awaitOnly(beforeJobs, TIMEOUT)).isEmpty();
        assertThat(stage.gitHub().runners()).isEmpty();
        assertThat(stage.gitHub().violations()).isEmpty();
        rules = RoleRules.of(stage.client(), CONTROLLER_NAMESPACE);
    }

    @Test
    @Order(3)
    void aDrainedNodeLosesItsIdleRunnersAtOnceAndItsBusyRunnersAfterTheirJobs() throws Exception {
        stage.installScaleSet("drained", protectedRunners(10));
        await().atMost(TIMEOUT)
                .until(() -> stage.gitHub().runners().stream()
                                .filter(RunnerView::online)
                                .count()
                        == 10);
        Map<String, Instant> started = new HashMap<>();
        List<Long> jobs;
        try (MarkTimes marked = new MarkTimes(stage.client(), RUNNER_NAMESPACE)) {
            jobs = stage.gitHub()
                    .queue(
                            JobRequest.builder("drained")
                                    .duration(Duration.ofMinutes(10))
                                    .build(),
                            5);
            for (int job = 0; job < 5; job++) {
                SimulatorEvent start = events.await(SimulatorEvent.Kind.JOB_STARTED);
                started.put(start.runner(), start.at());
            }
            await().atMost(TIMEOUT).until(() -> marked.get().keySet().containsAll(started.keySet()));
            assertThat(marked.get())
                    .containsOnlyKeys(started.keySet())
                    .allSatisfy((runner, at) -> assertThat(Duration.between(started.get(runner), at))
                            .isLessThan(UNTIL_MARKED));
        }

        try (NodeDrain drain = NodeDrain.begin(stage.kubeConfig(), RUNNER_NAMESPACE)) {
            // The eviction API ignores budgets as long as the kubelet has not reported that a pod runs.
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(drain.pods())
                            .hasSize(10)
                            .allMatch(pod -> "Running".equals(pod.getStatus().getPhase()), "runs"));
            assertThat(drain.evict()).isEqualTo(started.keySet());
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(drain.pods())
                            .extracting(pod -> pod.getMetadata().getName())
                            .containsExactlyInAnyOrderElementsOf(started.keySet()));
            assertThat(drain.pods())
                    .allSatisfy(pod -> assertThat(pod.getMetadata().getAnnotations())
                            .containsEntry("karpenter.sh/do-not-disrupt", "true")
                            .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
                            .containsKey("actions.github.com/job-run-id"));
            assertThat(drain.evict()).isEqualTo(started.keySet());
            stage.gitHub().finish(jobs);
            await().atMost(TIMEOUT).pollInterval(Duration.ofSeconds(1)).until(() -> {
                drain.evict();
                return drain.pods().isEmpty();
            });
        }

        for (int job = 0; job < 5; job++) {
            assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
        }
        stage.uninstallScaleSet("drained");
        assertThat(stage.objects().awaitOnly(beforeJobs, TIMEOUT)).isEmpty();
    }

    /** Values of a scale set that keeps a number of runners, which ignore SIGTERM for a minute. */
    private static Map<String, Object> protectedRunners(int number) {
        PodTemplateSpec template = new PodTemplateSpecBuilder(stage.runner())
                .editSpec()
                .withTerminationGracePeriodSeconds(60L)
                .endSpec()
                .build();
        Map<String, Object> values = new HashMap<>(stage.scaleSetValues());
        values.putAll(Map.of(
                "template",
                template,
                "minRunners",
                number,
                "maxRunners",
                number,
                "policy",
                Map.of("disruption", "protectBusy", "jobMetadata", Map.of("annotations", List.of("runId")))));
        return values;
    }

    @Test
    @Order(4)
    void theLogOfARunnerThatRanOutOfMemoryCanBeReadAndItsJobRunsElsewhere() throws Exception {
        FailingRunners runners = new FailingRunners(stage.client());
        runners.begin();
        Map<String, Object> values = new HashMap<>(stage.scaleSetValues());
        values.put("template", FailingRunners.template(stage.runner()));
        values.put("policy", Map.of("retainFailed", Map.of("for", "10m")));
        stage.installScaleSet("failing", values);
        stage.gitHub()
                .queue(
                        JobRequest.builder("failing")
                                .duration(Duration.ofSeconds(1))
                                .build(),
                        1);
        // containerd sometimes learns of the lack of memory only after the exit, and reports an Error then.
        EphemeralRunner failed = await().atMost(TIMEOUT)
                .until(() -> runners.retainedWith("exited with code 137 (OOMKilled)"), Optional::isPresent)
                .orElseThrow();
        runners.end();
        assertThat(failed.getStatus().message()).endsWith(FailingRunners.LAST_LINE);

        assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");

        assertThat(runners.log(failed)).contains(FailingRunners.LAST_LINE);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(stage.client()
                                .resources(EphemeralRunnerSet.class)
                                .inNamespace(RUNNER_NAMESPACE)
                                .withName("failing")
                                .get()
                                .getStatus()
                                .currentReplicas())
                        .isZero());
        assertThat(stage.gitHub().runners()).isEmpty();
        stage.uninstallScaleSet("failing");
        assertThat(stage.objects().awaitOnly(beforeJobs, TIMEOUT)).isEmpty();
    }

    @Test
    @Order(5)
    void uninstallingBothChartsLeavesNothingAtGitHubAndInTheCluster() throws Exception {
        stage.uninstall();

        assertThat(stage.gitHub().leftovers()).isEmpty();
        assertThat(stage.objects().awaitOnly(beforeInstallation, TIMEOUT)).isEmpty();
    }

    @Test
    @Order(6)
    void controllerAndListenerNeedWhatTheirRolesAllowAndNothingElse() throws Exception {
        assertThat(stage.requests()).containsOnlyKeys("controller", "listener");
        AuditLog requests = stage.audit();
        assertThat(requests.forbidden()).isEmpty();
        assertThat(rules.unused(requests))
                .filteredOn(rule -> !RoleRules.isForChangesOfTheListenerMode(rule))
                // For runners without a job, of which HelmIT has one: of the others the listener tells all.
                .filteredOn(rule -> !rule.resource().equals("ephemeralrunners/status"))
                .isEmpty();
        assertThat(rules.rules()).allMatch(rule -> !rule.namespace().isEmpty(), "is for one namespace");
    }

    private static Set<String> kinds(Collection<ObjectRef> objects, String namespace) {
        return objects.stream()
                .filter(object -> object.namespace().equals(namespace))
                .map(ObjectRef::kind)
                .collect(Collectors.toSet());
    }
}
