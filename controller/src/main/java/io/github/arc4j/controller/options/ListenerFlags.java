package io.github.arc4j.controller.options;

import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.autoscalinglistener.pod.CaBundle;
import io.github.arc4j.controller.autoscalinglistener.pod.HttpListenerInquiry;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The flags and environment variables of listeners. */
final class ListenerFlags {
    static final Flag METRICS_ADDRESS =
            Flag.text("listener-metrics-addr", ":8080", "Address on which listeners serve metrics; 0 disables it.");
    static final Flag METRICS_ENDPOINT =
            Flag.text("listener-metrics-endpoint", "/metrics", "URL path of the listeners' metrics.");
    static final Flag CA_BUNDLE = Flag.text(
            "listener-ca-bundle",
            "",
            "Additional certificate authorities that listeners trust, as CONFIGMAP/KEY in the controller's"
                    + " namespace.");
    static final Flag TEMPLATE = Flag.text(
            "listener-template",
            "restricted",
            "What listenerTemplate may set: full (everything), restricted (no Secrets, additional containers"
                    + " or access to the node) or off (nothing).");
    static final Flag TEMPLATE_METADATA = Flag.texts(
            "listener-template-metadata",
            "Key of labels and annotations, or domain ending with /, that scale sets may set on listener pods"
                    + " in addition to those that restricted accepts. Repeatable.");

    static final Flag MODE = Flag.text(
            "listener-mode", "dedicated", "dedicated: one pod per listener; shared: each pod runs many listeners.");
    static final Flag REPLICAS = Flag.integer("listener-replicas", 1, "Number of shared listener pods.");
    static final Flag SHARED_NAME =
            Flag.text("shared-listener-name", "", "Name prefix of the shared listeners' ServiceAccounts.");
    static final Flag SHARED_TEMPLATE = Flag.text(
            "shared-listener-template",
            "",
            "Labels, annotations and placement of shared listener pods, as a pod template in JSON. A scale set whose"
                    + " listenerTemplate sets others has a listener pod of its own.");

    static final Flag SHARED_VAULT_NAMESPACES = Flag.texts(
            "shared-listener-vault-namespace",
            "Namespace whose vault certificates are mounted in shared listener pods, in its subdirectory of the"
                    + " vault-certificate-directory. They also run the listeners of its scale sets with a vault."
                    + " Repeatable.");

    private ListenerFlags() {}

    static ListenerSettings settings(
            FlagParser flags,
            Map<String, String> environment,
            LogLevel logLevel,
            LogFormat logFormat,
            VaultCertificates vaultCertificates)
            throws OptionsException {
        String metricsAddress = metricsAddress(flags);
        return new ListenerSettings(
                entryPoint(environment),
                logLevel,
                logFormat,
                metricsAddress,
                metricsEndpoint(flags, metricsAddress),
                shards(flags, vaultCertificates),
                new HttpListenerInquiry(ListenerPodObject.HEALTH_PORT),
                caBundle(flags.text(CA_BUNDLE.name())),
                OptionsReader.checked(TEMPLATE.name(), () -> ListenerTemplatePolicy.parse(flags.text(TEMPLATE.name()))),
                OptionsReader.checked(
                        TEMPLATE_METADATA.name(), () -> new ListenerPodMetadata(flags.all(TEMPLATE_METADATA.name()))));
    }

    private static String entryPoint(Map<String, String> environment) {
        String entryPoint = environment.getOrDefault("LISTENER_ENTRYPOINT", "");
        return entryPoint.isEmpty() ? "/ghalistener" : entryPoint;
    }

    /** Validated here because listeners would not start with an invalid address. */
    private static String metricsAddress(FlagParser flags) throws OptionsException {
        String address = flags.text(METRICS_ADDRESS.name());
        return OptionsReader.address(METRICS_ADDRESS.name(), address).isEmpty() ? "" : address;
    }

    private static String metricsEndpoint(FlagParser flags, String metricsAddress) throws OptionsException {
        String path = flags.text(METRICS_ENDPOINT.name());
        if (!path.startsWith("/") && !metricsAddress.isEmpty()) {
            throw OptionsException.invalid("--listener-metrics-endpoint must begin with /: \"" + path + "\"");
        }
        return path;
    }

    private static Optional<CaBundle> caBundle(String text) throws OptionsException {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(OptionsReader.checked(CA_BUNDLE.name(), () -> CaBundle.parse(text)));
    }

    private static ListenerShards shards(FlagParser flags, VaultCertificates certificates) throws OptionsException {
        String mode = flags.text(MODE.name());
        if (mode.equals("dedicated")) {
            return ListenerShards.NONE;
        }
        if (!mode.equals("shared")) {
            throw OptionsException.invalid("--listener-mode must be dedicated or shared: " + mode);
        }
        String name = flags.text(SHARED_NAME.name());
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
                sharedTemplate(flags.text(SHARED_TEMPLATE.name())),
                new SharedCertificates(
                        Set.copyOf(flags.all(SHARED_VAULT_NAMESPACES.name())),
                        certificates.directory().orElse(CertificateDirectory.DEFAULT)));
    }

    private static SharedPodTemplate sharedTemplate(String json) throws OptionsException {
        return json.isEmpty()
                ? SharedPodTemplate.EMPTY
                : OptionsReader.checked(SHARED_TEMPLATE.name(), () -> SharedPodTemplate.parse(json));
    }
}
