package io.github.arc4j.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EphemeralRunnerTest {
    private static final String HOOKS = "ACTIONS_RUNNER_CONTAINER_HOOKS";

    @ParameterizedTest
    @CsvSource({"Succeeded, true", "Failed, true", "Outdated, true", "Pending, false", "Running, false", "'', false"})
    void isDoneInPhasesThatEnd(String phase, boolean done) {
        assertThat(EphemeralRunnerStatus.builder().phase(phase).build().done()).isEqualTo(done);
    }

    @Test
    void hasAJobOnceThereIsAJobId() {
        assertThat(EphemeralRunnerStatus.EMPTY.hasJob()).isFalse();
        assertThat(EphemeralRunnerStatus.builder().jobRequestId(1).build().hasJob())
                .isFalse();
        assertThat(EphemeralRunnerStatus.builder().jobId("5b3f").build().hasJob())
                .isTrue();
    }

    @Test
    void anObjectWithoutAStatusHasNoJob() {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setStatus(null);
        assertThat(runner.statusOrEmpty()).isEqualTo(EphemeralRunnerStatus.EMPTY);
        assertThat(runner.hasJob()).isFalse();
    }

    @Test
    void lastFailureIsTheLatestWhateverTheOrder() {
        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        Instant late = Instant.parse("2026-01-02T00:00:00Z");

        assertThat(EphemeralRunnerStatus.EMPTY.lastFailure()).isEmpty();
        assertThat(EphemeralRunnerStatus.builder()
                        .failures(Map.of("a", early, "b", late, "c", early))
                        .build()
                        .lastFailure())
                .contains(late);
    }

    @Test
    void hasContainerHooksIfTheRunnerContainerHasTheVariable() {
        assertThat(EphemeralRunnerSpec.EMPTY.hasContainerHooks()).isFalse();
        assertThat(spec("runner", HOOKS).hasContainerHooks()).isTrue();
        assertThat(spec("runner", "OTHER").hasContainerHooks()).isFalse();
        assertThat(spec("side-car", HOOKS).hasContainerHooks()).isFalse();
    }

    @Test
    void aPodTemplateIsInlined() {
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "a")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();

        EphemeralRunnerSpec spec = EphemeralRunnerSpec.EMPTY.withTemplate(template);

        assertThat(spec.metadata()).isEqualTo(template.getMetadata());
        assertThat(spec.spec()).isEqualTo(template.getSpec());
        assertThat(spec.withTemplate(null)).isEqualTo(EphemeralRunnerSpec.EMPTY);
    }

    private static EphemeralRunnerSpec spec(String container, String variable) {
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName(container)
                .addNewEnv()
                .withName(variable)
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
        return EphemeralRunnerSpec.EMPTY.withTemplate(template);
    }
}
