package io.github.arc4j.controller.github;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Source;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of one scale set access GitHub according to their specs. Objects with equal access share a client,
 * its token and its backoff.
 *
 * @param namespace the scale set's namespace, which contains the Secrets and the ConfigMap, possibly except for the
 *     credentials
 * @param scaleSetId scale set ID for the user agent; 0 while it is unknown
 * @param registering name of the AutoscalingRunnerSet while the ID is unknown, so that scale sets that are being
 *     registered do not share a client; empty afterwards
 */
public record GitHubAccess(
        String namespace,
        String configUrl,
        String configSecret,
        @Nullable ProxyConfig proxy,
        @Nullable TlsConfig tls,
        @Nullable VaultConfig vault,
        int scaleSetId,
        String registering) {

    public Set<Source> sources(CredentialsNamespaces credentials) {
        return Source.of(credentials, namespace, configSecret, proxy, tls, vault);
    }

    public GitHubAccess at(String url) {
        return new GitHubAccess(namespace, url, configSecret, proxy, tls, vault, scaleSetId, registering);
    }

    public static GitHubAccess of(AutoscalingRunnerSet set, int scaleSetId) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        return new GitHubAccess(
                set.getMetadata().getNamespace(),
                spec.githubConfigUrl(),
                spec.githubConfigSecret(),
                spec.proxy(),
                spec.githubServerTLS(),
                spec.vaultConfig(),
                scaleSetId,
                scaleSetId == 0 ? set.getMetadata().getName() : "");
    }

    public static GitHubAccess of(EphemeralRunnerSet set) {
        return of(set.getMetadata().getNamespace(), set.getSpec().ephemeralRunnerSpec());
    }

    public static GitHubAccess of(EphemeralRunner runner) {
        return of(runner.getMetadata().getNamespace(), runner.getSpec());
    }

    private static GitHubAccess of(String namespace, EphemeralRunnerSpec spec) {
        return new GitHubAccess(
                namespace,
                spec.githubConfigUrl(),
                spec.githubConfigSecret(),
                spec.proxy(),
                spec.githubServerTLS(),
                spec.vaultConfig(),
                spec.runnerScaleSetId(),
                "");
    }
}
