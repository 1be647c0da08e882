package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.RunnerEnvironment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One runner that runs one job. The pod template is inlined: {@code metadata} and {@code spec} are those of the pod.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record EphemeralRunnerSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository") @Required
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault") @Required
        String githubConfigSecret,

        @JsonPropertyDescription("Id of the scale set on GitHub") @Required @Int32
        int runnerScaleSetId,

        @JsonPropertyDescription("Where the certificates of the GitHub server come from") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Vault that holds the credentials; without it they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Secret with the proxies as environment variables")
        String proxySecretRef,

        @JsonPropertyDescription("Labels and annotations for the Secret with the runner's JIT configuration")
        @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerConfigSecretMetadata,

        @JsonPropertyDescription("Labels and annotations of the pod") @Nullable ObjectMeta metadata,

        @JsonPropertyDescription("Spec of the pod") @Nullable PodSpec spec) {
    /** A spec in which everything is missing. */
    public static final EphemeralRunnerSpec EMPTY = builder().build();

    public EphemeralRunnerSpec {
        githubConfigUrl = Normal.text(githubConfigUrl);
        githubConfigSecret = Normal.text(githubConfigSecret);
        proxySecretRef = Normal.text(proxySecretRef);
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
        builder.runnerScaleSetId = runnerScaleSetId;
        builder.githubServerTLS = githubServerTLS;
        builder.proxy = proxy;
        builder.vaultConfig = vaultConfig;
        builder.proxySecretRef = proxySecretRef;
        builder.ephemeralRunnerConfigSecretMetadata = ephemeralRunnerConfigSecretMetadata;
        builder.metadata = metadata;
        builder.spec = spec;
        return builder;
    }

    /** Name of the container in which the runner runs. */
    public static final String RUNNER_CONTAINER = "runner";

    /** The container in which the runner runs, if the pod has one. */
    public Optional<Container> runnerContainer() {
        return spec == null
                ? Optional.empty()
                : spec.getContainers().stream()
                        .filter(container -> RUNNER_CONTAINER.equals(container.getName()))
                        .findFirst();
    }

    /** Whether jobs run in pods and with Secrets of their own, which container hooks make and leave to us. */
    public boolean hasContainerHooks() {
        return runnerContainer().stream()
                .flatMap(container -> container.getEnv().stream())
                .anyMatch(variable -> RunnerEnvironment.CONTAINER_HOOKS.equals(variable.getName()));
    }

    /** Collects the values of an {@link EphemeralRunnerSpec}; what is not set is missing. */
    public static final class Builder {
        private String githubConfigUrl = "";
        private String githubConfigSecret = "";
        private int runnerScaleSetId;
        private @Nullable TlsConfig githubServerTLS;
        private @Nullable ProxyConfig proxy;
        private @Nullable VaultConfig vaultConfig;
        private String proxySecretRef = "";
        private ResourceMeta ephemeralRunnerConfigSecretMetadata = ResourceMeta.EMPTY;
        private @Nullable ObjectMeta metadata;
        private @Nullable PodSpec spec;

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

        public Builder githubServerTLS(@Nullable TlsConfig githubServerTLS) {
            this.githubServerTLS = githubServerTLS;
            return this;
        }

        public Builder proxy(@Nullable ProxyConfig proxy) {
            this.proxy = proxy;
            return this;
        }

        public Builder vaultConfig(@Nullable VaultConfig vaultConfig) {
            this.vaultConfig = vaultConfig;
            return this;
        }

        public Builder proxySecretRef(String proxySecretRef) {
            this.proxySecretRef = proxySecretRef;
            return this;
        }

        public Builder ephemeralRunnerConfigSecretMetadata(ResourceMeta ephemeralRunnerConfigSecretMetadata) {
            this.ephemeralRunnerConfigSecretMetadata = ephemeralRunnerConfigSecretMetadata;
            return this;
        }

        public Builder metadata(@Nullable ObjectMeta metadata) {
            this.metadata = metadata;
            return this;
        }

        public Builder spec(@Nullable PodSpec spec) {
            this.spec = spec;
            return this;
        }

        /** Takes metadata and spec of the pod from a template; a missing template takes them away. */
        public Builder template(@Nullable PodTemplateSpec template) {
            this.metadata = template == null ? null : template.getMetadata();
            this.spec = template == null ? null : template.getSpec();
            return this;
        }

        public EphemeralRunnerSpec build() {
            return new EphemeralRunnerSpec(
                    githubConfigUrl,
                    githubConfigSecret,
                    runnerScaleSetId,
                    githubServerTLS,
                    proxy,
                    vaultConfig,
                    proxySecretRef,
                    ephemeralRunnerConfigSecretMetadata,
                    metadata,
                    spec);
        }
    }
}
