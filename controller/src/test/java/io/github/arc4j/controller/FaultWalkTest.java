package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each write of the reconcilers and each of their calls to GitHub fails once, before and after its effect, in the life
 * of a scale set with two runners; the end is the same, and nothing is made twice or left behind.
 */
class FaultWalkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private record KubernetesWrite(String verb, String target) {}

    private record GitHubCall(String method, String path) {}

    private static final List<KubernetesWrite> WRITES = List.of(
            new KubernetesWrite("patch", "autoscalingrunnersets"),
            new KubernetesWrite("patch", "autoscalingrunnersets/status"),
            new KubernetesWrite("create", "ephemeralrunnersets"),
            new KubernetesWrite("patch", "ephemeralrunnersets/status"),
            new KubernetesWrite("create", "autoscalinglisteners"),
            new KubernetesWrite("patch", "autoscalinglisteners/status"),
            new KubernetesWrite("create", "serviceaccounts"),
            new KubernetesWrite("create", "roles"),
            new KubernetesWrite("create", "rolebindings"),
            new KubernetesWrite("create", "secrets"),
            new KubernetesWrite("create", "pods"),
            new KubernetesWrite("create", "ephemeralrunners"),
            new KubernetesWrite("patch", "ephemeralrunners"),
            new KubernetesWrite("patch", "ephemeralrunners/status"),
            new KubernetesWrite("delete", "ephemeralrunners"),
            new KubernetesWrite("delete", "ephemeralrunnersets"),
            new KubernetesWrite("delete", "autoscalinglisteners"),
            new KubernetesWrite("delete", "pods"),
            new KubernetesWrite("delete", "secrets"),
            new KubernetesWrite("delete", "roles"),
            new KubernetesWrite("delete", "rolebindings"),
            new KubernetesWrite("delete", "serviceaccounts"));

    private static final List<GitHubCall> CALLS = List.of(
            new GitHubCall("POST", ".*/registration-token"),
            new GitHubCall("POST", ".*/runner-registration"),
            new GitHubCall("GET", ".*/runnerscalesets"),
            new GitHubCall("POST", ".*/runnerscalesets"),
            new GitHubCall("POST", ".*/generatejitconfig"),
            new GitHubCall("DELETE", ".*/agents/\\d+"),
            new GitHubCall("DELETE", ".*/runnerscalesets/\\d+"));

    /** What fails. */
    private record Case(String name, Object call, boolean afterEffect) {
        @Override
        public String toString() {
            return name + (afterEffect ? " after its effect" : " before its effect");
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean after : new boolean[] {false, true}) {
            WRITES.forEach(write -> cases.add(new Case(write.verb() + " " + write.target(), write, after)));
            CALLS.forEach(call -> cases.add(new Case(call.method() + " " + call.path(), call, after)));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theEndIsTheSameWhenACallFails(Case failing) throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            LongSupplier strikes = inject(failing, fixture);
            liveAndDie(fixture);
            assertThat(strikes.getAsLong()).as("times that the call failed").isEqualTo(1);
        }
    }

    /** Arranges the failure; the answer counts how often it happened. */
    private static LongSupplier inject(Case failing, ControllerFixture fixture) {
        return switch (failing.call()) {
            case KubernetesWrite write -> {
                Fault fault = Fault.on(write.verb(), write.target()).times(1).drop();
                yield fixture.kube.faults().inject(failing.afterEffect() ? fault.afterEffect() : fault)::strikes;
            }
            case GitHubCall call -> {
                io.github.arc4j.simulator.Fault fault = io.github.arc4j.simulator.Fault.on(call.method(), call.path())
                        .dropping()
                        .times(1);
                fixture.github.faults().add(failing.afterEffect() ? fault.afterTheEffect() : fault);
                yield fixture.github.faults()::hits;
            }
            default -> throw new IllegalStateException();
        };
    }

    private static void liveAndDie(ControllerFixture fixture) {
        fixture.createScaleSet("set");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, ControllerFixture.CONTROLLER_NAMESPACE))
                        .hasSize(1));
        fixture.wish("set", 1, 2);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.runners())
                    .hasSize(2)
                    .allSatisfy(runner -> assertThat(runner.getStatus().phase()).isEqualTo("Running"));
            assertThat(fixture.github.runners()).hasSize(2);
            assertThat(fixture.runnerSet("set").getStatus().runningEphemeralRunners())
                    .isEqualTo(2);
        });
        assertThat(fixture.github.scaleSets()).hasSize(1);
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.scaleSet("set")).isNull();
            assertThat(fixture.github.scaleSets()).isEmpty();
            assertThat(fixture.github.runners()).isEmpty();
            assertThat(fixture.runners()).isEmpty();
            assertThat(fixture.runnerPods()).isEmpty();
            assertThat(fixture.listeners()).isEmpty();
            assertThat(fixture.list(Pod.class, ControllerFixture.CONTROLLER_NAMESPACE))
                    .isEmpty();
            assertThat(fixture.list(Secret.class, ControllerFixture.CONTROLLER_NAMESPACE))
                    .isEmpty();
            assertThat(fixture.list(Secret.class, ControllerFixture.NAMESPACE)).hasSize(1);
        });
    }
}
