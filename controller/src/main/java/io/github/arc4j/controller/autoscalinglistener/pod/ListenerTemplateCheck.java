package io.github.arc4j.controller.autoscalinglistener.pod;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks whether the operator allows the listener template of a scale set. */
public final class ListenerTemplateCheck {
    private static final String PATH = "spec.listenerTemplate";

    private final ListenerTemplatePolicy policy;
    private final ObjectMapper mapper;

    public ListenerTemplateCheck(ListenerTemplatePolicy policy, ObjectMapper mapper) {
        this.policy = policy;
        this.mapper = mapper;
    }

    /**
     * Why the template is refused; empty if it is allowed.
     *
     * @param namespace the scale set's namespace
     */
    public Optional<String> refusal(@Nullable PodTemplateSpec template, String namespace) {
        if (template == null || policy == ListenerTemplatePolicy.FULL) {
            return Optional.empty();
        }
        Optional<String> path = policy == ListenerTemplatePolicy.OFF
                ? Optional.of(PATH)
                : RestrictedTemplate.firstRefused(
                        mapper.valueToTree(template), PATH, SharedCertificates.secret(namespace));
        return path.map(refused ->
                "%s is refused: the controller runs with --listener-template=%s".formatted(refused, policy.flag()));
    }
}
