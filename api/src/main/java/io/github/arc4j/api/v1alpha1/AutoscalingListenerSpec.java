package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the listener of one runner scale set.
 *
 * @param githubConfigUrl URL of the enterprise, organization or repository
 * @param githubConfigSecret name of the Secret with the credentials, or their key in the vault
 * @param runnerScaleSetId ID of the scale set on GitHub; 0 until it is registered
 * @param autoscalingRunnerSetNamespace namespace of the AutoscalingRunnerSet
 * @param autoscalingRunnerSetName name of the AutoscalingRunnerSet
 * @param ephemeralRunnerSetName name of the EphemeralRunnerSet that the listener scales
 * @param maxRunners maximum number of runners at a time
 * @param minRunners number of idle runners to keep
 * @param image image of the listener's container
 * @param imagePullSecrets Secrets for pulling the listener's image
 * @param proxy proxies for all calls to GitHub; null if there is none
 * @param githubServerTLS authorities to trust for GitHub's server; null for only the system's
 * @param vaultConfig vault with the credentials; null if they are in a Secret
 * @param metrics metrics that the listener exposes; null for all
 * @param template merged into the listener's pod; null for nothing
 * @param configSecretMetadata labels and annotations for the Secret with the configuration
 * @param serviceAccountMetadata labels and annotations for the ServiceAccount
 * @param roleMetadata labels and annotations for the Role
 * @param roleBindingMetadata labels and annotations for the RoleBinding
 */
@ApiObject
@RecordBuilder
public record AutoscalingListenerSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository")
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault")
        String githubConfigSecret,

        @JsonPropertyDescription("ID of the scale set on GitHub") @Int32
        int runnerScaleSetId,

        @JsonPropertyDescription("Namespace of the AutoscalingRunnerSet")
        String autoscalingRunnerSetNamespace,

        @JsonPropertyDescription("Name of the AutoscalingRunnerSet")
        String autoscalingRunnerSetName,

        @JsonPropertyDescription("Name of the EphemeralRunnerSet that the listener scales")
        String ephemeralRunnerSetName,

        @JsonPropertyDescription("Maximum number of runners") @Min(0) @Int32
        int maxRunners,

        @JsonPropertyDescription("Number of idle runners to keep") @Min(0) @Int32
        int minRunners,

        @JsonPropertyDescription("Image of the listener's container")
        String image,

        @JsonPropertyDescription("Secrets for pulling the listener's image")
        List<LocalObjectReference> imagePullSecrets,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Authorities to trust for GitHub's server") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Vault with the credentials; if missing, they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Metrics that the listener exposes; all if missing") @Nullable MetricsConfig metrics,

        @JsonPropertyDescription("Merged into the listener's pod") @Nullable PodTemplateSpec template,

        @JsonPropertyDescription("Labels and annotations for the Secret with the configuration") @ResourceMeta.OmitEmpty
        ResourceMeta configSecretMetadata,

        @JsonPropertyDescription("Labels and annotations for the ServiceAccount") @ResourceMeta.OmitEmpty
        ResourceMeta serviceAccountMetadata,

        @JsonPropertyDescription("Labels and annotations for the Role") @ResourceMeta.OmitEmpty
        ResourceMeta roleMetadata,

        @JsonPropertyDescription("Labels and annotations for the RoleBinding") @ResourceMeta.OmitEmpty
        ResourceMeta roleBindingMetadata) {
    /** A spec without any values. */
    public static final AutoscalingListenerSpec EMPTY = builder().build();

    /** Replaces null with empty values. */
    public AutoscalingListenerSpec {
        githubConfigUrl = Normal.text(githubConfigUrl);
        githubConfigSecret = Normal.text(githubConfigSecret);
        autoscalingRunnerSetNamespace = Normal.text(autoscalingRunnerSetNamespace);
        autoscalingRunnerSetName = Normal.text(autoscalingRunnerSetName);
        ephemeralRunnerSetName = Normal.text(ephemeralRunnerSetName);
        image = Normal.text(image);
        imagePullSecrets = Normal.list(imagePullSecrets);
        configSecretMetadata = Normal.meta(configSecretMetadata);
        serviceAccountMetadata = Normal.meta(serviceAccountMetadata);
        roleMetadata = Normal.meta(roleMetadata);
        roleBindingMetadata = Normal.meta(roleBindingMetadata);
    }

    /** {@return a builder without any values} */
    public static AutoscalingListenerSpecBuilder builder() {
        return AutoscalingListenerSpecBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public AutoscalingListenerSpecBuilder toBuilder() {
        return AutoscalingListenerSpecBuilder.builder(this);
    }
}
