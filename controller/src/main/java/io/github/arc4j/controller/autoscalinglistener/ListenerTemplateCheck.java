package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the operator accepts what a scale set wants its listener's pod to be. */
final class ListenerTemplateCheck {
    private static final String PATH = "spec.listenerTemplate";

    /** Of the Secret in the controller's namespace with the certificate of a namespace's vault, which listeners need. */
    private static final String VAULT_CERTIFICATE = "vault-certificate-";

    private final ListenerTemplatePolicy policy;
    private final ObjectMapper mapper;

    ListenerTemplateCheck(ListenerTemplatePolicy policy, ObjectMapper mapper) {
        this.policy = policy;
        this.mapper = mapper;
    }

    /**
     * Why the template is refused; empty if it is not.
     *
     * @param namespace of the scale set
     */
    Optional<String> refusal(@Nullable PodTemplateSpec template, String namespace) {
        if (template == null || policy == ListenerTemplatePolicy.FULL) {
            return Optional.empty();
        }
        Optional<String> path = policy == ListenerTemplatePolicy.OFF
                ? Optional.of(PATH)
                : RestrictedTemplate.firstRefused(
                        mapper.valueToTree(template).path("spec"), PATH + ".spec", VAULT_CERTIFICATE + namespace);
        return path.map(refused ->
                "%s is refused: the controller runs with --listener-template=%s".formatted(refused, policy.flag()));
    }
}
