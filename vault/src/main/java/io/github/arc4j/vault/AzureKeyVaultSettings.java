package io.github.arc4j.vault;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.vault.VaultException.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * How to access an Azure Key Vault.
 *
 * @param clientId client ID of the application that may read the vault
 * @param url URL of the vault, such as {@code https://name.vault.azure.net}
 * @param certificate the application's certificate and RSA key: PEM, or PKCS#12 without a password
 */
public record AzureKeyVaultSettings(String tenantId, String clientId, URI url, Path certificate, ProxySettings proxy) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    /** Of each text, in characters. */
    private static final int MAX_LENGTH = 1024;

    /**
     * Parses the settings.
     *
     * @throws VaultException {@link Reason#INVALID_CONFIGURATION} with the first problem
     */
    public static AzureKeyVaultSettings of(
            String tenantId, String clientId, String url, String certificatePath, ProxySettings proxy)
            throws VaultException {
        requireLength(tenantId, "tenant_id");
        requireLength(clientId, "client_id");
        requireLength(url, "url");
        requireLength(certificatePath, "cert path");
        require(!tenantId.isEmpty(), "tenant_id is not set");
        require(!clientId.isEmpty(), "client_id is not set");
        URI uri = uri(url);
        require(!certificatePath.isEmpty(), "cert path must be provided");
        Path certificate = Path.of(certificatePath);
        require(
                Files.isRegularFile(certificate),
                "cert path \"%s\" does not exist or is not a file: mount a volume with it, in the controller's pod and through listenerTemplate"
                        .formatted(certificatePath));
        require(
                proxy.https().filter(HttpProxy::tls).isEmpty(),
                "proxies over TLS are not supported for vaults; use an http:// proxy");
        return new AzureKeyVaultSettings(tenantId, clientId, uri, certificate, proxy);
    }

    private static URI uri(String url) throws VaultException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new VaultException(Reason.INVALID_CONFIGURATION, "failed to parse url: " + e.getMessage(), e);
        }
        String host = uri.getHost();
        require(host != null, "failed to parse url: \"%s\" has no host".formatted(url));
        require(
                "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && LOOPBACK.contains(host)),
                "failed to parse url: \"%s\" must begin with https://".formatted(url));
        return uri;
    }

    /** Clients keep the settings, which the author of a scale set chooses. */
    private static void requireLength(String text, String name) throws VaultException {
        require(text.length() <= MAX_LENGTH, "%s has more than %d characters".formatted(name, MAX_LENGTH));
    }

    private static void require(boolean condition, String message) throws VaultException {
        if (!condition) {
            throw new VaultException(Reason.INVALID_CONFIGURATION, "Azure Key Vault: " + message);
        }
    }
}
