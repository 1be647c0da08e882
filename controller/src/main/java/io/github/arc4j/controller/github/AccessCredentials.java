package io.github.arc4j.controller.github;

import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import java.util.Map;

/** Reads the GitHub credentials for a {@link GitHubAccess} from a Secret or a vault. */
public final class AccessCredentials {
    private final SecretReader secrets;
    private final ProxyResolver proxies;
    private final VaultReader vaults;

    public AccessCredentials(SecretReader secrets, ProxyResolver proxies, VaultReader vaults) {
        this.secrets = secrets;
        this.proxies = proxies;
        this.vaults = vaults;
    }

    Credentials of(GitHubAccess access) throws GitHubAccessException {
        VaultConfig vault = VaultReader.used(access.vault());
        Map<String, String> entries = vault == null
                ? secrets.credentials(access.namespace(), access.configSecret())
                : vaults.read(access.namespace(), vault, access.configSecret());
        try {
            return Credentials.of(entries);
        } catch (InvalidCredentialsException e) {
            String origin = vault == null
                    ? "Secret %s/%s"
                            .formatted(secrets.credentialsNamespaces().of(access.namespace()), access.configSecret())
                    : "secret %s in the vault".formatted(access.configSecret());
            throw new GitHubAccessException("InvalidCredentials", origin + ": " + e.getMessage(), e);
        }
    }

    /** The proxy URLs with credentials; with a vault, the credentials of GitHub proxies are in the vault too. */
    Map<String, String> proxyUrls(GitHubAccess access, ProxyConfig proxy) throws GitHubAccessException {
        VaultConfig vault = VaultReader.used(access.vault());
        return vault == null
                ? proxies.resolve(access.namespace(), proxy)
                : ProxyResolver.resolve(proxy, (name, purpose) -> vaults.read(access.namespace(), vault, name));
    }
}
