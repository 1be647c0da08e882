package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.List;
import java.util.Optional;

/** Decides whether shared listeners can do what a scale set requires of its listener. Pure functions. */
record HostingRules(ListenerShards shards, ObjectMapper mapper) {
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
        ObjectNode template = mapper.valueToTree(spec.template());
        shards.vaultCertificates().removeMount(template, spec.autoscalingRunnerSetNamespace());
        List<String> missing = shards.template().missing(template, spec.image());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Health.problem(
                        "ListenerTemplateNeedsPod",
                        "the listener has a pod of its own, because shared listeners lack %s; remove this from the template, or have the operator set the same labels, annotations and placement in listener of the controller's chart"
                                .formatted(String.join(", ", missing))));
    }

    /**
     * The certificate is a file in the pod. Whoever uses a shared listener's certificates can sign in as the scale sets'
     * applications, so the operator lists the namespaces for which shared listeners have them.
     */
    private Optional<Health> vault(AutoscalingListenerSpec spec) {
        VaultConfig vault = VaultReader.used(spec.vaultConfig());
        String namespace = spec.autoscalingRunnerSetNamespace();
        if (vault == null) {
            return Optional.empty();
        }
        if (!shards.vaultCertificates().namespaces().contains(namespace)) {
            return Optional.of(needsPod(
                    "shared listeners have no vault certificates of namespace %s; the operator can add it to listener.keyVaultNamespaces of the controller's chart"
                            .formatted(namespace)));
        }
        CertificateDirectory directory = shards.vaultCertificates().directory();
        AzureKeyVaultConfig azure = vault.azureKeyVault();
        return azure == null || directory.includes(namespace, azure.certificatePath())
                ? Optional.empty()
                : Optional.of(needsPod(
                        "certificatePath of the keyVault is not in %s, where shared listeners have the certificates of the namespace"
                                .formatted(directory.of(namespace))));
    }

    private static Health needsPod(String reason) {
        return Health.problem("VaultNeedsPod", "the listener has a pod of its own, because " + reason);
    }
}
