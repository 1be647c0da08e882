package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelPropagationTest {
    private final LabelPropagation labels = new LabelPropagation(List.of("example.com/", "helm.sh/"));

    @Test
    void overwriteWins() {
        assertThat(labels.merge(Map.of("a", "1", "b", "1"), Map.of("b", "2", "c", "2")))
                .isEqualTo(Map.of("a", "1", "b", "2", "c", "2"));
    }

    @Test
    void excludedPrefixesAreDroppedFromBoth() {
        assertThat(labels.merge(
                        Map.of("example.com/instance", "x", "a", "1"), Map.of("helm.sh/chart", "y", "example", "1")))
                .isEqualTo(Map.of("a", "1", "example", "1"));
    }

    @Test
    void trackingLabelsAreNeverPassedOn() {
        LabelPropagation all = new LabelPropagation(List.of());
        assertThat(all.merge(
                        Map.of("argocd.argoproj.io/instance", "x", "kustomize.toolkit.fluxcd.io/name", "y"),
                        Map.of("helm.toolkit.fluxcd.io/name", "z", "helm.sh/chart", "c")))
                .isEqualTo(Map.of("helm.sh/chart", "c"));
    }

    @Test
    void nullIsEmpty() {
        assertThat(labels.merge(null, Map.of("a", "1"))).isEqualTo(Map.of("a", "1"));
        assertThat(labels.merge(Map.of("a", "1"), null)).isEqualTo(Map.of("a", "1"));
        assertThat(labels.merge(null, null)).isEmpty();
    }

    @Test
    void annotationsMergeTheSameWithoutExclusionAndLeaveTheArgumentsAlone() {
        Map<String, String> base = Map.of("helm.sh/chart", "x", "b", "1");

        assertThat(Annotations.merge(base, Map.of("b", "2"))).isEqualTo(Map.of("helm.sh/chart", "x", "b", "2"));
        assertThat(Annotations.merge(null, Map.of("a", "1"))).isEqualTo(Map.of("a", "1"));
        assertThat(Annotations.merge(null, null)).isEmpty();
        assertThat(base).containsEntry("b", "1");
    }
}
