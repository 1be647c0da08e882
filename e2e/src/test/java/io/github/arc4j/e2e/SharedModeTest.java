package io.github.arc4j.e2e;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real controller and shared listeners: no matter where a listener moves, each job runs exactly once. */
class SharedModeTest {
    private static final ListenerShards ONE = new ListenerShards("arc-listener", 1);
    private static final ListenerShards THREE = new ListenerShards("arc-listener", 3);

    private RunningSystem system;

    @BeforeEach
    void start() throws Exception {
        system = new RunningSystem();
        for (int shard = 0; shard < THREE.count(); shard++) {
            startSharedListener(shard, "arc-listener-" + shard + "-a");
        }
    }

    @AfterEach
    void stop() {
        system.close();
    }

    /** Stands in for a pod of the chart's Deployment. */
    private void startSharedListener(int shard, String pod) {
        String number = Integer.toString(shard);
        system.stage()
                .client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(CONTROLLER_NAMESPACE)
                        .withName(pod)
                        .withLabels(Map.of(
                                "app.kubernetes.io/component",
                                "shared-listener",
                                "actions.github.com/listener-shard",
                                number))
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("shared-listener")
                        .withImage("arc4j")
                        .withEnv(
                                new EnvVar("LISTENER_SHARD", number, null),
                                new EnvVar("LISTENER_NAMESPACE", CONTROLLER_NAMESPACE, null))
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private AutoscalingListener listener() {
        return system
                .stage()
                .client()
                .resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER_NAMESPACE)
                .list()
                .getItems()
                .stream()
                .findFirst()
                .orElseThrow();
    }

    private boolean listensIn(String pod) {
        return system.stage().simulator().sessions().stream()
                .anyMatch(session -> session.owner().equals(pod));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    @Test
    void runsJobsWithoutADedicatedListenerPod() throws Exception {
        system.stage().install(ONE);
        system.runJob(SCALE_SET);
        system.awaitReady(SCALE_SET, "True", "Ready");
        assertThat(listensIn("arc-listener-0-a")).isTrue();
        assertThat(system.stage()
                        .client()
                        .pods()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withName(listener().getMetadata().getName())
                        .get())
                .isNull();
        system.stage().uninstall();
        assertThat(system.stage().simulator().sessions()).isEmpty();
    }

    @Test
    void losesNoJobWhileTheListenerMovesBetweenModesAndPods() throws Exception {
        system.stage().install();
        system.runJob(SCALE_SET);
        try (ScheduledExecutorService users = Executors.newSingleThreadScheduledExecutor()) {
            users.scheduleAtFixedRate(
                    () -> system.stage()
                            .simulator()
                            .queueJob(JobRequest.builder(SCALE_SET)
                                    .duration(Duration.ofMillis(300))
                                    .build()),
                    0,
                    150,
                    TimeUnit.MILLISECONDS);
            system.stage().restartController(ONE);
            eventually(() -> listensIn("arc-listener-0-a"));
            startSharedListener(0, "arc-listener-0-b");
            deletePod("arc-listener-0-a");
            eventually(() -> listensIn("arc-listener-0-b"));
            system.stage().restartController(THREE);
            eventually(() -> listensIn(podOf(listener())));
            system.stage().restartController(ListenerShards.NONE);
            eventually(() -> listensIn(listener().getMetadata().getName()));
            eventually(() -> system.stage().simulator().jobs().size() > 10);
        }
        system.stage().simulator().awaitJobs(jobs -> jobs.unfinished() == 0, Duration.ofSeconds(60));
        List<JobView> jobs = system.stage().simulator().jobs();
        assertThat(jobs).allMatch(job -> "succeeded".equals(job.result()) && job.attempt() == 1);
        assertThat(system.stage().simulator().sessions()).hasSize(1);
    }

    private static String podOf(AutoscalingListener listener) {
        String shard = listener.getMetadata().getLabels().getOrDefault("actions.github.com/listener-shard", "");
        return "arc-listener-" + shard + (shard.equals("0") ? "-b" : "-a");
    }

    private void deletePod(String name) {
        system.stage()
                .client()
                .pods()
                .inNamespace(CONTROLLER_NAMESPACE)
                .withName(name)
                .delete();
    }
}
