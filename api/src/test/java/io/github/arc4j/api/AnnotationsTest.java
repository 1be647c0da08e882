package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnotationsTest {
    @Test
    void aMissingAnnotationOrLabelIsEmpty() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .addToAnnotations("key", "annotation")
                .addToLabels("key", "label")
                .endMetadata()
                .build();
        assertThat(Annotations.get(pod, "key")).isEqualTo("annotation");
        assertThat(Labels.get(pod, "key")).isEqualTo("label");
        assertThat(Annotations.get(pod, "other")).isEmpty();
        assertThat(Labels.get(pod, "other")).isEmpty();

        Map<String, String> withoutValue = new HashMap<>();
        withoutValue.put("key", null);
        pod.getMetadata().setAnnotations(withoutValue);
        pod.getMetadata().setLabels(null);
        assertThat(Annotations.get(pod, "key")).isEmpty();
        assertThat(Labels.get(pod, "key")).isEmpty();
    }

    /** With annotation tracking, an Application would count the object as its own, and delete it. */
    @Test
    void annotationsOfArgoAndFluxAreNotPassedOn() {
        assertThat(Annotations.ofUser(Map.of(
                        "argocd.argoproj.io/tracking-id", "app:v1/Secret:a/b",
                        "kustomize.toolkit.fluxcd.io/prune", "disabled",
                        "helm.toolkit.fluxcd.io/driftDetection", "disabled",
                        "actions.github.com/patch-id", "7",
                        "example.com/note", "n",
                        "note", "n")))
                .isEqualTo(Map.of("example.com/note", "n", "note", "n"));
    }
}
