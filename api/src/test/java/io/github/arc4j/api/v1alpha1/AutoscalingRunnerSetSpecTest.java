package io.github.arc4j.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AutoscalingRunnerSetSpecTest {
    @Test
    void missingBoundsMeanNoLimitAndNoIdleRunners() {
        assertThat(AutoscalingRunnerSetSpec.EMPTY.maxRunnersOrDefault()).isEqualTo(2147483647);
        assertThat(AutoscalingRunnerSetSpec.EMPTY.minRunnersOrDefault()).isZero();
    }

    @Test
    void boundsOfTheUserCountEvenIfZero() {
        AutoscalingRunnerSetSpec spec =
                AutoscalingRunnerSetSpec.builder().maxRunners(0).minRunners(2).build();

        assertThat(spec.maxRunnersOrDefault()).isZero();
        assertThat(spec.minRunnersOrDefault()).isEqualTo(2);
    }
}
