package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pods of runners with jobs are marked if the policy of their scale set asks for that. */
class BusyRunnersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RunnerPolicy PROTECT =
            RunnerPolicy.builder().disruption("protectBusy").build();

    private ControllerFixture fixture;
    private @Nullable TestListener listener;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture(options -> options.pollTimeout(Duration.ofMillis(500)));
        fixture.runnersEndWith("runs:1", -1);
    }

    @AfterEach
    void stop() throws Exception {
        if (listener != null) {
            listener.close();
        }
        fixture.close();
    }

    private void createScaleSet(@Nullable RunnerPolicy policy) {
        fixture.createScaleSet("set", spec -> spec.maxRunners(10).policy(policy).template(withHooks()));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        listener = new TestListener(
                fixture, "set", fixture.github.scaleSets().getFirst().id(), 10);
    }

    private static PodTemplateSpec withHooks() {
        return new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName(RunnerEnvironment.CONTAINER_HOOKS)
                .withValue("/home/runner/k8s/index.js")
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
    }

    private void runJobs(int number, Duration duration) {
        fixture.github.queueJobs(JobRequest.builder("set").duration(duration).build(), number);
    }

    private static boolean isMarked(Pod pod) {
        return "true".equals(pod.getMetadata().getLabels().get("actions.github.com/busy"));
    }

    private void awaitBusyRunners(int number) {
        await().atMost(LIMIT)
                .until(() -> fixture.runners().stream()
                                .filter(runner -> runner.hasJob())
                                .count()
                        == number);
    }

    private void awaitMarks(int number) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(fixture.runnerPods()).hasSize(number).allMatch(BusyRunnersTest::isMarked));
    }

    private long patchesOfPods() {
        return fixture.requestsOfController().stream()
                .filter(request ->
                        request.verb().equals("patch") && request.target().equals("pods"))
                .count();
    }

    @Test
    void aJobCostsOneRequestMore() {
        createScaleSet(PROTECT);
        runJobs(5, Duration.ofSeconds(3));
        awaitMarks(5);
        await().atMost(LIMIT).until(() -> fixture.runners().isEmpty());
        assertThat(fixture.github.summary().unfinished()).isZero();
        assertThat(patchesOfPods()).isEqualTo(5);
    }

    @Test
    void withoutThePolicyNoPodIsPatched() {
        createScaleSet(null);
        runJobs(2, Duration.ofMillis(200));
        await().atMost(LIMIT)
                .until(() -> fixture.github.summary().unfinished() == 0
                        && fixture.runners().isEmpty());
        assertThat(patchesOfPods()).isZero();
    }

    @Test
    void aChangedPolicyAppliesToRunningJobs() {
        createScaleSet(null);
        runJobs(2, Duration.ofMinutes(5));
        awaitBusyRunners(2);
        fixture.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.setSpec(set.getSpec().toBuilder().policy(PROTECT).build());
                    return set;
                });
        awaitMarks(2);
    }

    @Test
    void podsThatContainerHooksCreateDuringAJobAreMarked() {
        createScaleSet(PROTECT);
        runJobs(1, Duration.ofMinutes(5));
        awaitMarks(1);
        String runner = fixture.runnerPods().getFirst().getMetadata().getName();
        for (String name : List.of("first", "second")) {
            fixture.client
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName(runner + "-" + name)
                            .withNamespace(NAMESPACE)
                            .addToLabels("runner-pod", runner)
                            .endMetadata()
                            .withSpec(ControllerFixture.template("runs:1").getSpec())
                            .build())
                    .create();
        }
        awaitMarks(3);
    }

    @Test
    void aMarkDoesNotWaitForRunnersThatStart() throws Exception {
        fixture.restartController(settings ->
                ReconcilerSettingsBuilder.builder(settings).runnerConcurrency(1).build());
        fixture.createScaleSet("set", spec -> spec.policy(PROTECT));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT).until(() -> fixture.runnerPods().size() == 1);
        String first = fixture.runnerPods().getFirst().getMetadata().getName();
        Faults.Injected slowStart = fixture.kube
                .faults()
                .inject(Fault.on("create", "pods").name("set-runner-.*").delay(Duration.ofSeconds(20)));
        fixture.requestRunners("set", 2, 2);
        await().atMost(LIMIT).until(() -> slowStart.strikes() == 1);
        report(first, "{\"jobId\":\"1\"}");
        awaitMarks(1);
        assertThat(fixture.requestsOfController())
                .filteredOn(request ->
                        request.verb().equals("create") && request.target().equals("pods"))
                .filteredOn(request -> request.namespace().equals(NAMESPACE))
                .as("answered requests for pods of runners")
                .hasSize(1);
    }

    private void report(String runner, String status) {
        fixture.client
                .resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(runner)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":%s}".formatted(status));
    }

    @Test
    void aMarkThatACrashPreventedIsMadeByTheNextController() {
        createScaleSet(PROTECT);
        fixture.kube.faults().inject(Fault.on("patch", "pods").drop());
        runJobs(1, Duration.ofMinutes(5));
        await().atMost(LIMIT).until(() -> patchesOfPods() > 0);
        fixture.crashController();
        awaitMarks(1);
    }
}
