package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first reconciles of a scale set, and none of effect once it is settled. */
class AutoscalingRunnerSetReconcilerTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aDeletedObjectNeedsNothing() throws Exception {
        assertThat(fixture.pass()).isEqualTo(Result.done());
    }

    @Test
    void theFinalizerIsAddedBeforeTheScaleSetIsCreated() throws Exception {
        fixture.create();
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.pass();
        assertThat(fixture.set().getMetadata().getFinalizers()).containsExactly(Finalizers.AUTOSCALING_RUNNER_SET);
        assertThat(fixture.findRunnerSet()).isNull();
    }

    @Test
    void aVersionMismatchIsReportedAndDeletesNothing() throws Exception {
        fixture.create(
                NAME,
                UnaryOperator.identity(),
                set -> set.getMetadata().setLabels(Map.of("app.kubernetes.io/version", "0.9.3")));
        fixture.settle();
        assertThat(fixture.set().isMarkedForDeletion()).isFalse();
        assertThat(fixture.conditionOf("VersionSupported")).isEqualTo("False VersionMismatch");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True VersionMismatch");
        assertThat(fixture.listeners()).hasSize(1);
    }

    @Test
    void outdatedDefinitionsAreReportedUntilTheyAreUpgraded() throws Exception {
        fixture.runners.setCrdProblem("the definitions lack spec.policy");
        fixture.createAndSettle();
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True CRDOutdated");
        fixture.runners.setCrdProblem("");
        fixture.settle();
        assertThat(fixture.conditionOf("Degraded")).isNotEqualTo("True CRDOutdated");
    }

    @Test
    void aSettledObjectIsNotWritten() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.settle();
        String before = fixture.versions();
        fixture.passOfRunnerSet();
        fixture.settle();
        String settled = fixture.versions();
        fixture.runners.pass(Duration.ofHours(1));
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(settled);
        assertThat(before).isNotEqualTo(settled); // the runner set's own status
    }

    @Test
    void emptyListsAndMapsAreNotADifference() throws Exception {
        fixture.create(
                NAME,
                spec -> spec.template(new PodTemplateSpecBuilder()
                                .withNewMetadata()
                                .withLabels(Map.of())
                                .endMetadata()
                                .withNewSpec()
                                .withVolumes(List.of())
                                .addNewContainer()
                                .withName("runner")
                                .withImage("runner:1")
                                .withEnv(List.of())
                                .addNewPort()
                                .withContainerPort(80)
                                .endPort()
                                .endContainer()
                                .endSpec()
                                .build())
                        .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy", ""), null, List.of())));
        fixture.settle();
        String settled = fixture.versions();
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(settled);
    }
}
