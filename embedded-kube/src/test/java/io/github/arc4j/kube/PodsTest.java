package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.pods.PodRuntime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodsTest {

    private final BlockingQueue<PodContext> running = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> exitCodes = new LinkedBlockingQueue<>();
    private final PodRuntime scripted = pod -> {
        running.add(pod);
        return exitCodes.take();
    };
    private volatile PodRuntime runtime = scripted;
    private final Cluster cluster = new Cluster(builder -> builder.pods(pod -> runtime.run(pod))
            .longestGrace(Duration.ofMillis(300))
            .restartBackoff(Duration.ofMillis(10)));

    @AfterEach
    void stop() {
        cluster.close();
    }

    private PodContext nextRunning() throws InterruptedException {
        PodContext pod = running.poll(10, TimeUnit.SECONDS);
        assertThat(pod).isNotNull();
        return pod;
    }

    private Pod get(String name) {
        return cluster.client.pods().withName(name).get();
    }

    private static ContainerState state(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getState();
    }

    private static String condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(PodCondition::getStatus)
                .findFirst()
                .orElse("absent");
    }

    private void awaitPhase(String name, String phase) {
        await().untilAsserted(() -> assertThat(get(name).getStatus().getPhase()).isEqualTo(phase));
    }

    private void awaitWaiting(String name, String reason) {
        await().untilAsserted(() -> {
            assertThat(state(get(name)).getWaiting()).isNotNull();
            assertThat(state(get(name)).getWaiting().getReason()).isEqualTo(reason);
        });
    }

    @Test
    void podsRunToCompletion() throws Exception {
        Pod created = cluster.client.resource(Cluster.pod("p")).create();
        assertThat(created.getStatus().getPhase()).isEqualTo("Pending");

        PodContext context = nextRunning();
        Pod live = get("p");
        assertThat(context.name()).isEqualTo("p");
        assertThat(live.getStatus().getPhase()).isEqualTo("Running");
        assertThat(live.getStatus().getPodIP()).startsWith("10.");
        assertThat(live.getSpec().getNodeName()).isEqualTo("embedded");
        assertThat(condition(live, "Ready")).isEqualTo("True");
        assertThat(state(live).getRunning()).isNotNull();
        context.ready(false);
        assertThat(condition(get("p"), "Ready")).isEqualTo("False");

        exitCodes.add(0);
        awaitPhase("p", "Succeeded");
        assertThat(state(get("p")).getTerminated().getExitCode()).isZero();
        assertThat(state(get("p")).getTerminated().getReason()).isEqualTo("Completed");
    }

    @Test
    void exitCodesAndExceptionsFailPods() throws Exception {
        runtime = pod -> {
            if (pod.name().equals("throws")) {
                throw new IllegalStateException("on purpose");
            }
            return 7;
        };
        cluster.client.resource(Cluster.pod("seven")).create();
        cluster.client.resource(Cluster.pod("throws")).create();
        awaitPhase("seven", "Failed");
        awaitPhase("throws", "Failed");
        assertThat(state(get("seven")).getTerminated().getExitCode()).isEqualTo(7);
        assertThat(state(get("throws")).getTerminated().getExitCode()).isEqualTo(1);
    }

    @Test
    void additionalContainersExitSeparatelyOrWithTheMainContainer() throws Exception {
        Pod pod = new PodBuilder(Cluster.pod("p"))
                .editSpec()
                .addNewContainer()
                .withName("side")
                .withImage("busybox:1.37")
                .endContainer()
                .addNewContainer()
                .withName("other")
                .withImage("busybox:1.37")
                .endContainer()
                .addNewInitContainer()
                .withName("init")
                .withImage("busybox:1.37")
                .endInitContainer()
                .endSpec()
                .build();
        cluster.client.resource(pod).create();
        nextRunning().exit("side", 3);
        assertThat(get("p").getStatus().getPhase()).isEqualTo("Running");
        exitCodes.add(0);
        awaitPhase("p", "Failed");
        assertThat(get("p").getStatus().getContainerStatuses())
                .extracting(status -> status.getState().getTerminated().getExitCode())
                .containsExactly(0, 3, 0);
        assertThat(get("p").getStatus()
                        .getInitContainerStatuses()
                        .getFirst()
                        .getState()
                        .getTerminated()
                        .getReason())
                .isEqualTo("Completed");
    }

    @Test
    void deletionInterruptsARunningPodAndReportsItsTermination() throws Exception {
        BlockingQueue<String> phases = new LinkedBlockingQueue<>();
        cluster.kube
                .store()
                .resource("pods")
                .subscribe(change -> phases.add(change.kind() + " "
                        + change.object().json().path("status").path("phase").asText()
                        + (change.object().beingDeleted() ? " deleting" : "")));
        cluster.client.resource(Cluster.pod("p")).create();
        nextRunning();
        cluster.client.pods().withName("p").delete();
        await().untilAsserted(() -> assertThat(get("p")).isNull());
        await().untilAsserted(() -> assertThat(phases)
                .endsWith(
                        "MODIFIED Running",
                        "MODIFIED Running deleting",
                        "MODIFIED Failed deleting",
                        "DELETED Failed deleting"));
    }

    @Test
    void podsThatIgnoreDeletionAreKilledAfterTheGracePeriod() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
        runtime = pod -> {
            running.add(pod);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    continue;
                }
                return 0;
            }
        };
        cluster.kube.store().resource("pods").subscribe(change -> {
            JsonNode pod = change.object().json();
            int code = pod.at("/status/containerStatuses/0/state/terminated/exitCode")
                    .asInt(-1);
            if (code >= 0) {
                codes.add(code);
            } else if (!pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                waited.countDown();
            }
        });
        cluster.client.resource(Cluster.pod("p")).create();
        nextRunning();
        cluster.client.pods().withName("p").delete();
        assertThat(waited.await(10, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(get("p")).isNull());
        assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(137);
        never.countDown();
    }

    @Test
    void anotherDeletionShortensTheGracePeriod() {
        Pod pod = new PodBuilder(Cluster.pod("p"))
                .editSpec()
                .withNodeName("node")
                .withTerminationGracePeriodSeconds(3600L)
                .endSpec()
                .build();
        try (Cluster withoutKubelet = new Cluster()) {
            var pods = withoutKubelet.client.pods().withName("p");
            withoutKubelet.client.resource(pod).create();
            pods.delete();
            Instant end = Instant.parse(pods.get().getMetadata().getDeletionTimestamp());
            pods.withGracePeriod(60).delete();
            assertThat(pods.get().getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(60);
            assertThat(pods.get().getMetadata().getDeletionTimestamp())
                    .isEqualTo(end.minusSeconds(3540).toString());
            pods.withGracePeriod(120).delete();
            assertThat(pods.get().getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(60);
        }
    }

    @Test
    void finishedAndUnscheduledPodsAreDeletedImmediately() throws Exception {
        runtime = pod -> 0;
        cluster.client.resource(Cluster.pod("p")).create();
        awaitPhase("p", "Succeeded");
        cluster.client.pods().withName("p").delete();
        assertThat(get("p")).isNull();
        try (Cluster withoutNode = new Cluster()) {
            withoutNode.client.resource(Cluster.pod("p")).create();
            withoutNode.client.pods().withName("p").delete();
            assertThat(withoutNode.client.pods().withName("p").get()).isNull();
        }
    }

    @Test
    void podsWaitUntilTheirImagesCanBePulled() throws Exception {
        cluster.kube.kubelet().images(image -> !image.startsWith("busybox"));
        cluster.client.resource(Cluster.pod("p")).create();
        cluster.client.resource(Cluster.pod("deleted")).create();
        awaitWaiting("p", "ImagePullBackOff");
        awaitWaiting("deleted", "ImagePullBackOff");
        assertThat(get("p").getStatus().getPhase()).isEqualTo("Pending");
        cluster.client.pods().withName("deleted").delete();
        await().untilAsserted(() -> assertThat(get("deleted")).isNull());

        cluster.kube.kubelet().images(image -> true);
        assertThat(nextRunning().name()).isEqualTo("p");
    }

    @Test
    void podsWaitForTheirSecretsAndReceiveThem() throws Exception {
        Pod pod = new PodBuilder(Cluster.pod("p"))
                .editMetadata()
                .addToLabels("team", "blue")
                .endMetadata()
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("TOKEN")
                .withNewValueFrom()
                .withNewSecretKeyRef("token", "s", false)
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("TEAM")
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.labels['team']")
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("BOTH")
                .withValue("$(TEAM)-$(TOKEN)-$(UNKNOWN)")
                .endEnv()
                .endContainer()
                .addNewVolume()
                .withName("files")
                .withNewSecret()
                .withSecretName("s")
                .endSecret()
                .endVolume()
                .endSpec()
                .build();
        cluster.client.resource(pod).create();
        awaitWaiting("p", "ContainerCreating");
        secret("s", Map.of("other", "x"));
        awaitWaiting("p", "CreateContainerConfigError");
        assertThat(state(get("p")).getWaiting().getMessage()).contains("couldn't find key token");
        cluster.client
                .secrets()
                .withName("s")
                .edit(s -> new SecretBuilder(s).addToStringData("token", "t").build());

        PodContext context = nextRunning();
        assertThat(context.environment("main"))
                .isEqualTo(Map.of("TOKEN", "t", "TEAM", "blue", "BOTH", "blue-t-$(UNKNOWN)"));
        assertThat(context.volume("files").get("token")).isEqualTo("t".getBytes(StandardCharsets.UTF_8));
    }

    private void secret(String name, Map<String, String> data) {
        cluster.client
                .resource(new SecretBuilder()
                        .withMetadata(new ObjectMetaBuilder().withName(name).build())
                        .withStringData(data)
                        .build())
                .create();
    }

    @Test
    void containersRestartAccordingToTheRestartPolicy() throws Exception {
        Pod pod = Cluster.pod("p");
        pod.getSpec().setRestartPolicy("OnFailure");
        cluster.client.resource(pod).create();
        nextRunning();
        exitCodes.add(1);
        nextRunning();
        var status = get("p").getStatus().getContainerStatuses().getFirst();
        assertThat(status.getRestartCount()).isEqualTo(1);
        assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(1);
        exitCodes.add(0);
        awaitPhase("p", "Succeeded");
    }

    @Test
    void evictedPodsFailWithThatReason() throws Exception {
        cluster.client.resource(Cluster.pod("p")).create();
        nextRunning();
        cluster.kube.kubelet().evict(NAMESPACE, "p", "The node was low on resource: memory.");
        assertThat(get("p").getStatus().getReason()).isEqualTo("Evicted");
        assertThat(get("p").getStatus().getPhase()).isEqualTo("Failed");
        assertThat(state(get("p")).getTerminated().getExitCode()).isEqualTo(137);
    }

    @Test
    void podsOfAnUnreachableNodeMustBeForceDeleted() throws Exception {
        cluster.client.resource(Cluster.pod("p")).create();
        nextRunning();
        cluster.kube.kubelet().lose(NAMESPACE, "p");
        cluster.client.pods().withName("p").delete();
        await().during(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(get("p").getStatus().getPhase()).isEqualTo("Running");
            assertThat(get("p").getMetadata().getDeletionTimestamp()).isNotNull();
        });
        cluster.client.pods().withName("p").withGracePeriod(0).delete();
        assertThat(get("p")).isNull();
    }
}
