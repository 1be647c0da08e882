package io.github.arc4j.controller.autoscalinglistener.pod;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.RestrictedListenerTemplate;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks whether the operator allows the listener template of a scale set, and what else reaches the pod. */
public record ListenerTemplateCheck(
        ListenerTemplatePolicy policy, ListenerPodMetadata podMetadata, ObjectMapper mapper) {
    private static final String PATH = "spec.listenerTemplate";

    /** Why a listener gets no pod; empty if the operator allows what its scale set defines. */
    public Optional<String> rejection(AutoscalingListenerSpec listener) {
        if (policy == ListenerTemplatePolicy.FULL) {
            return Optional.empty();
        }
        // Webhooks of cloud providers read these annotations, and give the pod the role that they name.
        Stream<String> ofAccount = podMetadata.refused(
                "spec.listenerServiceAccountMetadata.annotations",
                listener.serviceAccountMetadata().annotations());
        // Replicators copy the content of the Secret that an annotation names, or copy this one elsewhere.
        Stream<String> ofConfigSecret = podMetadata.refused(
                "spec.listenerConfigSecretMetadata.annotations",
                listener.configSecretMetadata().annotations());
        return Stream.of(
                        template(listener.template(), listener.autoscalingRunnerSetNamespace()),
                        ofAccount,
                        ofConfigSecret)
                .flatMap(paths -> paths)
                .findFirst()
                .map(path -> "%s is not allowed: the controller runs with --listener-template=%s"
                        .formatted(path, policy.flag()));
    }

    private Stream<String> template(@Nullable PodTemplateSpec template, String namespace) {
        if (template == null) {
            return Stream.empty();
        }
        return policy == ListenerTemplatePolicy.OFF
                ? Stream.of(PATH)
                : Stream.concat(
                        podMetadata.refusedOfTemplate(PATH + ".metadata", template.getMetadata()),
                        RestrictedListenerTemplate.refused(
                                mapper.valueToTree(template.getSpec()), PATH + ".spec", namespace));
    }
}
