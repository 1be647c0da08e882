package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of the listener of one runner scale set. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@RecordBuilder
public record AutoscalingListenerSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository")
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault")
        String githubConfigSecret,

        @JsonPropertyDescription("Id of the scale set on GitHub") @Int32
        int runnerScaleSetId,

        @JsonPropertyDescription("Namespace of the AutoscalingRunnerSet")
        String autoscalingRunnerSetNamespace,

        @JsonPropertyDescription("Name of the AutoscalingRunnerSet")
        String autoscalingRunnerSetName,

        @JsonPropertyDescription("Name of the EphemeralRunnerSet that the listener scales")
        String ephemeralRunnerSetName,

        @JsonPropertyDescription("Most runners at a time") @Min(0) @Int32
        int maxRunners,

        @JsonPropertyDescription("Idle runners to keep") @Min(0) @Int32
        int minRunners,

        @JsonPropertyDescription("Image of the listener's container")
        String image,

        @JsonPropertyDescription("Secrets to pull the listener's image with")
        List<LocalObjectReference> imagePullSecrets,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Where the certificates of the GitHub server come from") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Vault that holds the credentials; without it they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Metrics that the listener exposes; missing is all of them") @Nullable MetricsConfig metrics,

        @JsonPropertyDescription("Merged into the pod of the listener") @Nullable PodTemplateSpec template,

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

    public static AutoscalingListenerSpecBuilder builder() {
        return AutoscalingListenerSpecBuilder.builder();
    }

    /** A builder that is initialized with these values. */
    public AutoscalingListenerSpecBuilder toBuilder() {
        return AutoscalingListenerSpecBuilder.builder(this);
    }
}
