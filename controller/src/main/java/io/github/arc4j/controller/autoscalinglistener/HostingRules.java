package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.conditions.Health;
import java.util.List;
import java.util.Optional;

/** Decides whether shared listeners can do what a scale set requires of its listener. Pure functions. */
final class HostingRules {
    private final ListenerShards shards;
    private final ObjectMapper mapper;

    HostingRules(ListenerShards shards, ObjectMapper mapper) {
        this.shards = shards;
        this.mapper = mapper;
    }

    /**
     * Why a listener has a pod of its own although there are shared listeners, and what to change; empty if they host
     * it, or if there are none.
     */
    Optional<Health> obstacle(AutoscalingListenerSpec spec) {
        if (shards.count() == 0) {
            return Optional.empty();
        }
        return template(spec).or(() -> vault(spec));
    }

    private Optional<Health> template(AutoscalingListenerSpec spec) {
        if (spec.template() == null) {
            return Optional.empty();
        }
        List<String> missing = shards.template().missing(mapper.valueToTree(spec.template()), spec.image());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Health.problem(
                        "ListenerTemplateNeedsPod",
                        "the listener has a pod of its own, because shared listeners lack %s; remove this from the template, or have the operator set the same labels, annotations and placement in listener of the controller's chart"
                                .formatted(String.join(", ", missing))));
    }

    private static Optional<Health> vault(AutoscalingListenerSpec spec) {
        return VaultReader.used(spec.vaultConfig()) == null
                ? Optional.empty()
                : Optional.of(Health.problem(
                        "VaultNeedsPod",
                        "the listener has a pod of its own, because shared listeners have no certificate for"
                                + " its keyVault"));
    }
}
