package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.RunnerEnvironment;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One runner, which runs one job. The pod template is inlined: {@code metadata} and {@code spec} are those of the pod.
 *
 * @param githubConfigUrl URL of the enterprise, organization or repository
 * @param githubConfigSecret name of the Secret with the credentials, or their key in the vault
 * @param runnerScaleSetId ID of the scale set on GitHub; 0 until it is registered
 * @param githubServerTLS authorities to trust for GitHub's server; null for only the system's
 * @param proxy proxies for all calls to GitHub; null if there is none
 * @param vaultConfig vault with the credentials; null if they are in a Secret
 * @param proxySecretRef name of the Secret with the proxies as environment variables; empty if there is none
 * @param ephemeralRunnerConfigSecretMetadata labels and annotations for the Secret with the runner's JIT configuration
 * @param metadata the pod's labels and annotations
 * @param spec spec of the pod; null for an empty one
 */
@ApiObject
@RecordBuilder
public record EphemeralRunnerSpec(
        @JsonPropertyDescription("URL of the enterprise, organization or repository") @Required
        String githubConfigUrl,

        @JsonPropertyDescription("Secret with the credentials, or their key in the vault") @Required
        String githubConfigSecret,

        @JsonPropertyDescription("ID of the scale set on GitHub") @Required @Int32
        int runnerScaleSetId,

        @JsonPropertyDescription("Authorities to trust for GitHub's server") @Nullable TlsConfig githubServerTLS,

        @JsonPropertyDescription("Proxies for all calls to GitHub") @Nullable ProxyConfig proxy,

        @JsonPropertyDescription("Vault with the credentials; if missing, they are in a Secret") @Nullable VaultConfig vaultConfig,

        @JsonPropertyDescription("Secret with the proxies as environment variables")
        String proxySecretRef,

        @JsonPropertyDescription("Labels and annotations for the Secret with the runner's JIT configuration")
        @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerConfigSecretMetadata,

        @JsonPropertyDescription("Labels and annotations of the pod") @Nullable ObjectMeta metadata,

        @JsonPropertyDescription("Spec of the pod") @Nullable PodSpec spec) {
    /** A spec without any values. */
    public static final EphemeralRunnerSpec EMPTY = builder().build();

    /** Replaces null with empty values. */
    public EphemeralRunnerSpec {
        githubConfigUrl = Normal.text(githubConfigUrl);
        githubConfigSecret = Normal.text(githubConfigSecret);
        proxySecretRef = Normal.text(proxySecretRef);
        ephemeralRunnerConfigSecretMetadata = Normal.meta(ephemeralRunnerConfigSecretMetadata);
    }

    /** {@return a builder without any values} */
    public static EphemeralRunnerSpecBuilder builder() {
        return EphemeralRunnerSpecBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public EphemeralRunnerSpecBuilder toBuilder() {
        return EphemeralRunnerSpecBuilder.builder(this);
    }

    /**
     * Replaces the pod's metadata and spec.
     *
     * @param template metadata and spec; null for neither
     * @return a copy with these
     */
    public EphemeralRunnerSpec withTemplate(@Nullable PodTemplateSpec template) {
        return toBuilder()
                .metadata(template == null ? null : template.getMetadata())
                .spec(template == null ? null : template.getSpec())
                .build();
    }

    /** Name of the container in which the runner runs. */
    public static final String RUNNER_CONTAINER = "runner";

    /** {@return the container in which the runner runs, if the pod has one} */
    public Optional<Container> runnerContainer() {
        return spec == null
                ? Optional.empty()
                : spec.getContainers().stream()
                        .filter(container -> RUNNER_CONTAINER.equals(container.getName()))
                        .findFirst();
    }

    /**
     * {@return whether jobs run in their own pods and use their own Secrets, which container hooks create and the
     * controller deletes}
     */
    public boolean hasContainerHooks() {
        return runnerContainer().stream()
                .flatMap(container -> container.getEnv().stream())
                .anyMatch(variable -> RunnerEnvironment.CONTAINER_HOOKS.equals(variable.getName()));
    }
}
