package io.github.arc4j.controller.options;

import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.Set;

/** The flags of shared listeners. */
final class SharedListenerFlags {
    static final Flag MODE = Flag.text(
            "listener-mode", "dedicated", "dedicated: one pod per listener; shared: each pod runs many listeners.");
    static final Flag REPLICAS = Flag.integer("listener-replicas", 1, "Number of shared listener pods.");
    static final Flag NAME =
            Flag.text("shared-listener-name", "", "Name prefix of the shared listeners' ServiceAccounts.");
    static final Flag TEMPLATE = Flag.text(
            "shared-listener-template",
            "",
            "Labels, annotations and placement of shared listener pods, as a pod template in JSON. A scale set whose"
                    + " listenerTemplate sets others has a listener pod of its own.");

    static final Flag VAULT_NAMESPACES = Flag.texts(
            "shared-listener-vault-namespace",
            "Namespace whose vault certificates are mounted in shared listener pods, in its subdirectory of the"
                    + " vault-certificate-directory. They also run the listeners of its scale sets with a vault."
                    + " Repeatable.");

    private SharedListenerFlags() {}

    static ListenerShards shards(FlagParser flags, VaultCertificates certificates) throws OptionsException {
        String mode = flags.text(MODE.name());
        if (mode.equals("dedicated")) {
            return ListenerShards.NONE;
        }
        if (!mode.equals("shared")) {
            throw OptionsException.invalid("--listener-mode must be dedicated or shared: " + mode);
        }
        String name = flags.text(NAME.name());
        if (name.isEmpty()) {
            throw OptionsException.invalid("--listener-mode=shared needs --shared-listener-name");
        }
        int count = flags.integer(REPLICAS.name());
        if (count < 1) {
            throw OptionsException.invalid("--listener-replicas must be at least 1: " + count);
        }
        return new ListenerShards(
                name,
                count,
                template(flags.text(TEMPLATE.name())),
                new SharedCertificates(
                        Set.copyOf(flags.all(VAULT_NAMESPACES.name())),
                        certificates.directory().orElse(CertificateDirectory.DEFAULT)));
    }

    private static SharedPodTemplate template(String json) throws OptionsException {
        return json.isEmpty()
                ? SharedPodTemplate.EMPTY
                : OptionsReader.checked(TEMPLATE.name(), () -> SharedPodTemplate.parse(json));
    }
}
