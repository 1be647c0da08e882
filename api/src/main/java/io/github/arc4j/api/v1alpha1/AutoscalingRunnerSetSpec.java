package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user wants of one runner scale set.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record AutoscalingRunnerSetSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository")
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault")
        String githubConfigSecret,

        @JsonPropertyDescription("Name of the runner group; empty is the default group")
        String runnerGroup,

        @JsonPropertyDescription("Name on GitHub; empty is the name of this object")
        String runnerScaleSetName,

        @JsonPropertyDescription("Further labels that jobs can ask for")
        List<String> runnerScaleSetLabels,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Where the certificates of the GitHub server come from") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Vault that holds the credentials; without it they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Pod of a runner") @Nullable PodTemplateSpec template,

        @JsonPropertyDescription("Labels and annotations for the AutoscalingListener") @ResourceMeta.OmitEmpty
        ResourceMeta autoscalingListener,

        @JsonPropertyDescription("Metrics that the listener exposes; missing is all of them") @Nullable MetricsConfig listenerMetrics,

        @JsonPropertyDescription("Merged into the pod of the listener") @Nullable PodTemplateSpec listenerTemplate,

        @JsonPropertyDescription("Labels and annotations for the listener's ServiceAccount") @ResourceMeta.OmitEmpty
        ResourceMeta listenerServiceAccountMetadata,

        @JsonPropertyDescription("Labels and annotations for the listener's Role") @ResourceMeta.OmitEmpty
        ResourceMeta listenerRoleMetadata,

        @JsonPropertyDescription("Labels and annotations for the listener's RoleBinding") @ResourceMeta.OmitEmpty
        ResourceMeta listenerRoleBindingMetadata,

        @JsonPropertyDescription("Labels and annotations for the Secret with the listener's configuration")
        @ResourceMeta.OmitEmpty
        ResourceMeta listenerConfigSecretMetadata,

        @JsonPropertyDescription("Labels and annotations for the EphemeralRunnerSet") @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerSetMetadata,

        @JsonPropertyDescription("Labels and annotations for each EphemeralRunner") @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerMetadata,

        @JsonPropertyDescription("Labels and annotations for the Secret with a runner's JIT configuration")
        @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerConfigSecretMetadata,

        @JsonPropertyDescription("Most runners at a time; missing is no limit")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0) @Int32
        @Nullable Integer maxRunners,

        @JsonPropertyDescription("Idle runners to keep; missing is none")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0) @Int32
        @Nullable Integer minRunners) {
    /** A spec in which everything is missing. */
    public static final AutoscalingRunnerSetSpec EMPTY = builder().build();

    public AutoscalingRunnerSetSpec {
        githubConfigUrl = Normal.text(githubConfigUrl);
        githubConfigSecret = Normal.text(githubConfigSecret);
        runnerGroup = Normal.text(runnerGroup);
        runnerScaleSetName = Normal.text(runnerScaleSetName);
        runnerScaleSetLabels = Normal.list(runnerScaleSetLabels);
        autoscalingListener = Normal.meta(autoscalingListener);
        listenerServiceAccountMetadata = Normal.meta(listenerServiceAccountMetadata);
        listenerRoleMetadata = Normal.meta(listenerRoleMetadata);
        listenerRoleBindingMetadata = Normal.meta(listenerRoleBindingMetadata);
        listenerConfigSecretMetadata = Normal.meta(listenerConfigSecretMetadata);
        ephemeralRunnerSetMetadata = Normal.meta(ephemeralRunnerSetMetadata);
        ephemeralRunnerMetadata = Normal.meta(ephemeralRunnerMetadata);
        ephemeralRunnerConfigSecretMetadata = Normal.meta(ephemeralRunnerConfigSecretMetadata);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.githubConfigUrl = githubConfigUrl;
        builder.githubConfigSecret = githubConfigSecret;
        builder.runnerGroup = runnerGroup;
        builder.runnerScaleSetName = runnerScaleSetName;
        builder.runnerScaleSetLabels = runnerScaleSetLabels;
        builder.proxy = proxy;
        builder.githubServerTLS = githubServerTLS;
        builder.vaultConfig = vaultConfig;
        builder.template = template;
        builder.autoscalingListener = autoscalingListener;
        builder.listenerMetrics = listenerMetrics;
        builder.listenerTemplate = listenerTemplate;
        builder.listenerServiceAccountMetadata = listenerServiceAccountMetadata;
        builder.listenerRoleMetadata = listenerRoleMetadata;
        builder.listenerRoleBindingMetadata = listenerRoleBindingMetadata;
        builder.listenerConfigSecretMetadata = listenerConfigSecretMetadata;
        builder.ephemeralRunnerSetMetadata = ephemeralRunnerSetMetadata;
        builder.ephemeralRunnerMetadata = ephemeralRunnerMetadata;
        builder.ephemeralRunnerConfigSecretMetadata = ephemeralRunnerConfigSecretMetadata;
        builder.maxRunners = maxRunners;
        builder.minRunners = minRunners;
        return builder;
    }

    /** The most runners at a time, {@link Integer#MAX_VALUE} if there is no limit. */
    public int maxRunnersOrDefault() {
        return maxRunners == null ? Integer.MAX_VALUE : maxRunners;
    }

    /** The number of idle runners to keep. */
    public int minRunnersOrDefault() {
        return minRunners == null ? 0 : minRunners;
    }

    /** Collects the values of an {@link AutoscalingRunnerSetSpec}; what is not set is missing. */
    public static final class Builder {
        private String githubConfigUrl = "";
        private String githubConfigSecret = "";
        private String runnerGroup = "";
        private String runnerScaleSetName = "";
        private List<String> runnerScaleSetLabels = List.of();
        private @Nullable ProxyConfig proxy;
        private @Nullable TlsConfig githubServerTLS;
        private @Nullable VaultConfig vaultConfig;
        private @Nullable PodTemplateSpec template;
        private ResourceMeta autoscalingListener = ResourceMeta.EMPTY;
        private @Nullable MetricsConfig listenerMetrics;
        private @Nullable PodTemplateSpec listenerTemplate;
        private ResourceMeta listenerServiceAccountMetadata = ResourceMeta.EMPTY;
        private ResourceMeta listenerRoleMetadata = ResourceMeta.EMPTY;
        private ResourceMeta listenerRoleBindingMetadata = ResourceMeta.EMPTY;
        private ResourceMeta listenerConfigSecretMetadata = ResourceMeta.EMPTY;
        private ResourceMeta ephemeralRunnerSetMetadata = ResourceMeta.EMPTY;
        private ResourceMeta ephemeralRunnerMetadata = ResourceMeta.EMPTY;
        private ResourceMeta ephemeralRunnerConfigSecretMetadata = ResourceMeta.EMPTY;
        private @Nullable Integer maxRunners;
        private @Nullable Integer minRunners;

        private Builder() {}

        public Builder githubConfigUrl(String githubConfigUrl) {
            this.githubConfigUrl = githubConfigUrl;
            return this;
        }

        public Builder githubConfigSecret(String githubConfigSecret) {
            this.githubConfigSecret = githubConfigSecret;
            return this;
        }

        public Builder runnerGroup(String runnerGroup) {
            this.runnerGroup = runnerGroup;
            return this;
        }

        public Builder runnerScaleSetName(String runnerScaleSetName) {
            this.runnerScaleSetName = runnerScaleSetName;
            return this;
        }

        public Builder runnerScaleSetLabels(List<String> runnerScaleSetLabels) {
            this.runnerScaleSetLabels = runnerScaleSetLabels;
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

        public Builder template(@Nullable PodTemplateSpec template) {
            this.template = template;
            return this;
        }

        public Builder autoscalingListener(ResourceMeta autoscalingListener) {
            this.autoscalingListener = autoscalingListener;
            return this;
        }

        public Builder listenerMetrics(@Nullable MetricsConfig listenerMetrics) {
            this.listenerMetrics = listenerMetrics;
            return this;
        }

        public Builder listenerTemplate(@Nullable PodTemplateSpec listenerTemplate) {
            this.listenerTemplate = listenerTemplate;
            return this;
        }

        public Builder listenerServiceAccountMetadata(ResourceMeta listenerServiceAccountMetadata) {
            this.listenerServiceAccountMetadata = listenerServiceAccountMetadata;
            return this;
        }

        public Builder listenerRoleMetadata(ResourceMeta listenerRoleMetadata) {
            this.listenerRoleMetadata = listenerRoleMetadata;
            return this;
        }

        public Builder listenerRoleBindingMetadata(ResourceMeta listenerRoleBindingMetadata) {
            this.listenerRoleBindingMetadata = listenerRoleBindingMetadata;
            return this;
        }

        public Builder listenerConfigSecretMetadata(ResourceMeta listenerConfigSecretMetadata) {
            this.listenerConfigSecretMetadata = listenerConfigSecretMetadata;
            return this;
        }

        public Builder ephemeralRunnerSetMetadata(ResourceMeta ephemeralRunnerSetMetadata) {
            this.ephemeralRunnerSetMetadata = ephemeralRunnerSetMetadata;
            return this;
        }

        public Builder ephemeralRunnerMetadata(ResourceMeta ephemeralRunnerMetadata) {
            this.ephemeralRunnerMetadata = ephemeralRunnerMetadata;
            return this;
        }

        public Builder ephemeralRunnerConfigSecretMetadata(ResourceMeta ephemeralRunnerConfigSecretMetadata) {
            this.ephemeralRunnerConfigSecretMetadata = ephemeralRunnerConfigSecretMetadata;
            return this;
        }

        public Builder maxRunners(@Nullable Integer maxRunners) {
            this.maxRunners = maxRunners;
            return this;
        }

        public Builder minRunners(@Nullable Integer minRunners) {
            this.minRunners = minRunners;
            return this;
        }

        public AutoscalingRunnerSetSpec build() {
            return new AutoscalingRunnerSetSpec(
                    githubConfigUrl,
                    githubConfigSecret,
                    runnerGroup,
                    runnerScaleSetName,
                    runnerScaleSetLabels,
                    proxy,
                    githubServerTLS,
                    vaultConfig,
                    template,
                    autoscalingListener,
                    listenerMetrics,
                    listenerTemplate,
                    listenerServiceAccountMetadata,
                    listenerRoleMetadata,
                    listenerRoleBindingMetadata,
                    listenerConfigSecretMetadata,
                    ephemeralRunnerSetMetadata,
                    ephemeralRunnerMetadata,
                    ephemeralRunnerConfigSecretMetadata,
                    maxRunners,
                    minRunners);
        }
    }
}
