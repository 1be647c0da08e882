package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The desired state of one runner scale set. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@RecordBuilder
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
        @Nullable Integer minRunners,

        @JsonPropertyDescription("Settings that the Go system does not have") @Nullable RunnerPolicy policy) {
    /** A spec without any values. */
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

    public static AutoscalingRunnerSetSpecBuilder builder() {
        return AutoscalingRunnerSetSpecBuilder.builder();
    }

    /** A builder that is initialized with these values. */
    public AutoscalingRunnerSetSpecBuilder toBuilder() {
        return AutoscalingRunnerSetSpecBuilder.builder(this);
    }

    /** The maximum number of runners, {@link Integer#MAX_VALUE} if there is no limit. */
    public int maxRunnersOrDefault() {
        return maxRunners == null ? Integer.MAX_VALUE : maxRunners;
    }

    /** The number of idle runners to keep. */
    public int minRunnersOrDefault() {
        return minRunners == null ? 0 : minRunners;
    }
}
