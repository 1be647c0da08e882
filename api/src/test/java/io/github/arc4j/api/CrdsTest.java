package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import org.junit.jupiter.api.Test;

class CrdsTest {
    @Test
    void allKindsAreOnTheClassPath() throws Exception {
        assertThat(Crds.load())
                .extracting(crd -> crd.json().at("/spec/names/kind").textValue())
                .containsExactly(
                        "AutoscalingRunnerSet", "AutoscalingListener", "EphemeralRunnerSet", "EphemeralRunner");
        for (Crds.Crd crd : Crds.load()) {
            try (InputStream yaml = crd.open()) {
                assertThat(yaml.readAllBytes()).asString().contains("kind: CustomResourceDefinition");
            }
        }
    }
}
