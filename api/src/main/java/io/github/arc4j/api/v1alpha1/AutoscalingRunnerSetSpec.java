package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The desired state of one runner scale set.
 *
 * @param githubConfigUrl URL of the enterprise, organization or repository
 * @param githubConfigSecret name of the Secret with the credentials, or their key in the vault
 * @param runnerGroup name of the runner group; empty for the default group
 * @param runnerScaleSetName name on GitHub; empty for this object's name
 * @param runnerScaleSetLabels labels for {@code runs-on}, in addition to the name
 * @param proxy proxies for all calls to GitHub; null if there is none
 * @param githubServerTLS authorities to trust for GitHub's server; null for only the system's
 * @param vaultConfig vault with the credentials; null if they are in a Secret
 * @param template template of the runners' pods; null for an empty one
 * @param autoscalingListener labels and annotations for the AutoscalingListener
 * @param listenerMetrics metrics that the listener exposes; null for all
 * @param listenerTemplate merged into the listener's pod; null for nothing
 * @param listenerServiceAccountMetadata labels and annotations for the listener's ServiceAccount
 * @param listenerRoleMetadata labels and annotations for the listener's Role
 * @param listenerRoleBindingMetadata labels and annotations for the listener's RoleBinding
 * @param listenerConfigSecretMetadata labels and annotations for the Secret with the listener's configuration
 * @param ephemeralRunnerSetMetadata labels and annotations for the EphemeralRunnerSet
 * @param ephemeralRunnerMetadata labels and annotations for each EphemeralRunner
 * @param ephemeralRunnerConfigSecretMetadata labels and annotations for the Secret with a runner's JIT configuration
 * @param maxRunners maximum number of runners at a time; null for no limit
 * @param minRunners number of idle runners to keep; null if there is none
 * @param policy settings that the Go system does not have; null for the defaults
 */
@ApiObject
@RecordBuilder
public record AutoscalingRunnerSetSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository")
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault")
        String githubConfigSecret,

        @JsonPropertyDescription("Name of the runner group; the default group if empty")
        String runnerGroup,

        @JsonPropertyDescription("Name on GitHub; the name of this object if empty")
        String runnerScaleSetName,

        @JsonPropertyDescription("Labels for runs-on, in addition to the name")
        List<String> runnerScaleSetLabels,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Authorities to trust for GitHub's server") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Vault with the credentials; if missing, they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Template of the runners' pods") @Nullable PodTemplateSpec template,

        @JsonPropertyDescription("Labels and annotations for the AutoscalingListener") @ResourceMeta.OmitEmpty
        ResourceMeta autoscalingListener,

        @JsonPropertyDescription("Metrics that the listener exposes; all if missing") @Nullable MetricsConfig listenerMetrics,

        @JsonPropertyDescription("Merged into the listener's pod") @Nullable PodTemplateSpec listenerTemplate,

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

        @JsonPropertyDescription("Maximum number of runners; no limit if missing")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0) @Int32
        @Nullable Integer maxRunners,

        @JsonPropertyDescription("Number of idle runners to keep; none if missing")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0) @Int32
        @Nullable Integer minRunners,

        @JsonPropertyDescription("Settings that the Go system does not have") @Nullable RunnerPolicy policy) {
    /** A spec without any values. */
    public static final AutoscalingRunnerSetSpec EMPTY = builder().build();

    /** Replaces null with empty values. */
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

    /** {@return a builder without any values} */
    public static AutoscalingRunnerSetSpecBuilder builder() {
        return AutoscalingRunnerSetSpecBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public AutoscalingRunnerSetSpecBuilder toBuilder() {
        return AutoscalingRunnerSetSpecBuilder.builder(this);
    }

    /** {@return the maximum number of runners, {@link Integer#MAX_VALUE} if there is no limit} */
    public int maxRunnersOrDefault() {
        return maxRunners == null ? Integer.MAX_VALUE : maxRunners;
    }

    /** {@return the number of idle runners to keep} */
    public int minRunnersOrDefault() {
        return minRunners == null ? 0 : minRunners;
    }
}
