package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.simulator.RunnerView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runners whose pods fail in various ways. */
class FailedPodsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private void oneRunner(String image) {
        fixture.createScaleSet("set", spec -> spec.template(ControllerFixture.template(image)));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 1);
    }

    private void renewImage(String image) {
        fixture.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(ControllerFixture.NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.setSpec(set.getSpec().toBuilder()
                            .template(ControllerFixture.template(image))
                            .build());
                    return set;
                });
    }

    private Condition ready() {
        return fixture.scaleSet("set").getStatus().conditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition Ready yet"));
    }

    private void aRunnerRuns(String image) {
        assertThat(fixture.runners()).singleElement().satisfies(runner -> {
            assertThat(runner.getStatus().phase()).isEqualTo("Running");
            assertThat(runner.getSpec().runnerContainer().orElseThrow().getImage())
                    .isEqualTo(image);
        });
        assertThat(fixture.github.runners()).hasSize(1);
    }

    @Test
    void anImagePullFailureIsReportedOnTheScaleSetAndFixedByANewImage() {
        fixture.kube.kubelet().images(image -> !image.startsWith("missing"));
        oneRunner("missing:1");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.runners())
                    .singleElement()
                    .satisfies(runner -> assertThat(runner.getStatus().reason()).isEqualTo("ImagePullFailed"));
            assertThat(ready().getStatus()).isEqualTo("False");
            assertThat(ready().getReason()).isEqualTo("RunnersStuck");
        });
        renewImage("runner:2");
        await().atMost(LIMIT).untilAsserted(() -> {
            aRunnerRuns("runner:2");
            assertThat(ready().getStatus()).isEqualTo("True");
        });
    }

    @Test
    void aFailedPodIsCountedAndTheNextOneGetsANewRegistration() {
        fixture.runnersEndWith("broken:1", 3);
        oneRunner("broken:1");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runners())
                        .singleElement()
                        .satisfies(runner ->
                                assertThat(runner.getStatus().failures()).hasSize(1)));
        Set<Long> first = registrations();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runners())
                        .singleElement()
                        .satisfies(runner ->
                                assertThat(runner.getStatus().failures()).hasSize(2)));
        assertThat(registrations()).isNotEmpty().doesNotContainAnyElementsOf(first);
    }

    @Test
    void failedRunnersAreRetainedWithTheirPodsAndReplaced() {
        fixture.runnersEndWith("broken:1", 3);
        RunnerPolicy policy = RunnerPolicy.builder()
                .retainFailed(new FailedRunnerRetention("10m", 5))
                .build();
        fixture.createScaleSet(
                "set",
                spec -> spec.template(ControllerFixture.template("broken:1")).policy(policy));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT).untilAsserted(() -> {
            List<EphemeralRunner> retained =
                    fixture.runners().stream().filter(Retention::isRetained).toList();
            assertThat(retained).hasSize(2);
            assertThat(fixture.runnerPods())
                    .extracting(pod -> pod.getMetadata().getName())
                    .containsExactlyInAnyOrderElementsOf(names(retained));
            assertThat(fixture.github.runners()).isEmpty();
            assertThat(fixture.runnerSet("set").getStatus().currentReplicas()).isZero();
            assertThat(ready().getReason()).isEqualTo("RunnersStuck");
        });
    }

    private Set<Long> registrations() {
        return fixture.github.runners().stream().map(RunnerView::id).collect(Collectors.toSet());
    }

    @Test
    void anOutdatedRunnerStopsTheSetUntilItsImageIsUpdated() {
        fixture.runnersEndWith("old:1", 7);
        oneRunner("old:1");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.scaleSet("set").getStatus().phase()).isEqualTo("Outdated");
            assertThat(ready().getReason()).isEqualTo("RunnerOutdated");
            assertThat(fixture.listeners()).isEmpty();
            assertThat(fixture.github.runners()).isEmpty();
        });
        assertThat(fixture.github.scaleSets()).hasSize(1);
        renewImage("runner:2");
        fixture.requestRunners("set", 2, 1);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.listeners()).hasSize(1);
            aRunnerRuns("runner:2");
        });
    }

    @Test
    void theLossOfAnIdleRunnersPodGivesItANewRegistrationAndPod() {
        oneRunner("runner:1");
        await().atMost(LIMIT).untilAsserted(() -> aRunnerRuns("runner:1"));
        Set<Long> before = registrations();
        Pod lost = fixture.runnerPods().getFirst();
        fixture.client.resource(lost).withGracePeriod(0).delete();
        await().atMost(LIMIT).untilAsserted(() -> {
            aRunnerRuns("runner:1");
            assertThat(registrations()).doesNotContainAnyElementsOf(before);
        });
    }

    /** A process that is not removed from GitHub would run until the kubelet kills it, and could get a job meanwhile. */
    @Test
    void anIdleRunnerThatIgnoresSigtermEndsAndIsReplacedBecauseItIsRemovedFromGitHub() {
        fixture.runnersIgnoreSigterm("runner:1");
        oneRunner("runner:1");
        await().atMost(LIMIT).until(() -> fixture.github.runners().stream().anyMatch(RunnerView::online));
        Set<Long> before = registrations();
        Pod terminated = fixture.runnerPods().getFirst();
        Set<Integer> exitCodes = ConcurrentHashMap.newKeySet();
        try (ChangeFeed _ = fixture.kube
                .store()
                .subscribe(List.of(fixture.kube.store().resource("pods")), change -> {
                    JsonNode end = change.object().json().at("/status/containerStatuses/0/state/terminated/exitCode");
                    if (end.isInt()
                            && change.object()
                                    .uid()
                                    .equals(terminated.getMetadata().getUid())) {
                        exitCodes.add(end.asInt());
                    }
                })) {
            fixture.client.resource(terminated).delete();
            await().atMost(LIMIT).untilAsserted(() -> {
                aRunnerRuns("runner:1");
                assertThat(registrations()).doesNotContainAnyElementsOf(before);
                assertThat(exitCodes).containsExactly(1);
            });
        }
        assertThat(fixture.runners().getFirst().getStatus().failures()).isEmpty();
    }

    @Test
    void aRestartOfTheControllerKeepsAllRunners() throws Exception {
        oneRunner("runner:1");
        await().atMost(LIMIT).untilAsserted(() -> aRunnerRuns("runner:1"));
        await().atMost(LIMIT)
                .until(() -> Integer.valueOf(1)
                        .equals(fixture.runnerSet("set").getStatus().observedPatchID()));
        List<String> before = names(fixture.runners());
        fixture.restartController();
        fixture.requestRunners("set", 2, 2);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(names(fixture.runners())).hasSize(2).containsAll(before));
    }

    private static List<String> names(List<EphemeralRunner> runners) {
        return runners.stream().map(runner -> runner.getMetadata().getName()).toList();
    }
}
