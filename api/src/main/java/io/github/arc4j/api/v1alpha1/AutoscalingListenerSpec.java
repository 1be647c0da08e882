package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the listener of one runner scale set needs to know.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
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
    /** A spec in which everything is missing. */
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

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.githubConfigUrl = githubConfigUrl;
        builder.githubConfigSecret = githubConfigSecret;
        builder.runnerScaleSetId = runnerScaleSetId;
        builder.autoscalingRunnerSetNamespace = autoscalingRunnerSetNamespace;
        builder.autoscalingRunnerSetName = autoscalingRunnerSetName;
        builder.ephemeralRunnerSetName = ephemeralRunnerSetName;
        builder.maxRunners = maxRunners;
        builder.minRunners = minRunners;
        builder.image = image;
        builder.imagePullSecrets = imagePullSecrets;
        builder.proxy = proxy;
        builder.githubServerTLS = githubServerTLS;
        builder.vaultConfig = vaultConfig;
        builder.metrics = metrics;
        builder.template = template;
        builder.configSecretMetadata = configSecretMetadata;
        builder.serviceAccountMetadata = serviceAccountMetadata;
        builder.roleMetadata = roleMetadata;
        builder.roleBindingMetadata = roleBindingMetadata;
        return builder;
    }

    /** Collects the values of an {@link AutoscalingListenerSpec}; what is not set is missing. */
    public static final class Builder {
        private String githubConfigUrl = "";
        private String githubConfigSecret = "";
        private int runnerScaleSetId;
        private String autoscalingRunnerSetNamespace = "";
        private String autoscalingRunnerSetName = "";
        private String ephemeralRunnerSetName = "";
        private int maxRunners;
        private int minRunners;
        private String image = "";
        private List<LocalObjectReference> imagePullSecrets = List.of();
        private @Nullable ProxyConfig proxy;
        private @Nullable TlsConfig githubServerTLS;
        private @Nullable VaultConfig vaultConfig;
        private @Nullable MetricsConfig metrics;
        private @Nullable PodTemplateSpec template;
        private ResourceMeta configSecretMetadata = ResourceMeta.EMPTY;
        private ResourceMeta serviceAccountMetadata = ResourceMeta.EMPTY;
        private ResourceMeta roleMetadata = ResourceMeta.EMPTY;
        private ResourceMeta roleBindingMetadata = ResourceMeta.EMPTY;

        private Builder() {}

        public Builder githubConfigUrl(String githubConfigUrl) {
            this.githubConfigUrl = githubConfigUrl;
            return this;
        }

        public Builder githubConfigSecret(String githubConfigSecret) {
            this.githubConfigSecret = githubConfigSecret;
            return this;
        }

        public Builder runnerScaleSetId(int runnerScaleSetId) {
            this.runnerScaleSetId = runnerScaleSetId;
            return this;
        }

        public Builder autoscalingRunnerSetNamespace(String autoscalingRunnerSetNamespace) {
            this.autoscalingRunnerSetNamespace = autoscalingRunnerSetNamespace;
            return this;
        }

        public Builder autoscalingRunnerSetName(String autoscalingRunnerSetName) {
            this.autoscalingRunnerSetName = autoscalingRunnerSetName;
            return this;
        }

        public Builder ephemeralRunnerSetName(String ephemeralRunnerSetName) {
            this.ephemeralRunnerSetName = ephemeralRunnerSetName;
            return this;
        }

        public Builder maxRunners(int maxRunners) {
            this.maxRunners = maxRunners;
            return this;
        }

        public Builder minRunners(int minRunners) {
            this.minRunners = minRunners;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder imagePullSecrets(List<LocalObjectReference> imagePullSecrets) {
            this.imagePullSecrets = imagePullSecrets;
            return this;
        }

        public Builder proxy(@Nullable ProxyConfig proxy) {
            this.proxy = proxy;
            return this;
        }

        public Builder githubServerTLS(@Nullable TlsConfig githubServerTLS) {
            this.githubServerTLS = githubServerTLS;
            return this;
        }

        public Builder vaultConfig(@Nullable VaultConfig vaultConfig) {
            this.vaultConfig = vaultConfig;
            return this;
        }

        public Builder metrics(@Nullable MetricsConfig metrics) {
            this.metrics = metrics;
            return this;
        }

        public Builder template(@Nullable PodTemplateSpec template) {
            this.template = template;
            return this;
        }

        public Builder configSecretMetadata(ResourceMeta configSecretMetadata) {
            this.configSecretMetadata = configSecretMetadata;
            return this;
        }

        public Builder serviceAccountMetadata(ResourceMeta serviceAccountMetadata) {
            this.serviceAccountMetadata = serviceAccountMetadata;
            return this;
        }

        public Builder roleMetadata(ResourceMeta roleMetadata) {
            this.roleMetadata = roleMetadata;
            return this;
        }

        public Builder roleBindingMetadata(ResourceMeta roleBindingMetadata) {
            this.roleBindingMetadata = roleBindingMetadata;
            return this;
        }

        public AutoscalingListenerSpec build() {
            return new AutoscalingListenerSpec(
                    githubConfigUrl,
                    githubConfigSecret,
                    runnerScaleSetId,
                    autoscalingRunnerSetNamespace,
                    autoscalingRunnerSetName,
                    ephemeralRunnerSetName,
                    maxRunners,
                    minRunners,
                    image,
                    imagePullSecrets,
                    proxy,
                    githubServerTLS,
                    vaultConfig,
                    metrics,
                    template,
                    configSecretMetadata,
                    serviceAccountMetadata,
                    roleMetadata,
                    roleBindingMetadata);
        }
    }
}
