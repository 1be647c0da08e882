package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.listener.ListenerCredentials;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.vault.AzureKeyVault;
import io.github.arc4j.vault.AzureKeyVaultSettings;
import io.github.arc4j.vault.CertificateDirectory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads credentials of hosted scale sets from their vaults. A scale set may sign in only with a certificate of its own
 * namespace. Concurrent reads of the same vault share a client and its token, so an outage of a vault with hundreds of
 * scale sets costs one client; without reads, there is none.
 */
final class HostedVaults {
    private static final class Client {
        final AzureKeyVault vault;
        int reads;

        Client(AzureKeyVault vault) {
            this.vault = vault;
        }
    }

    private final CertificateDirectory certificates;
    private final Map<String, String> environment;
    private final Map<AzureKeyVaultSettings, Client> clients = new HashMap<>();

    /** @param environment for the vaults' directory and certificate authorities */
    HostedVaults(CertificateDirectory certificates, Map<String, String> environment) {
        this.certificates = certificates;
        this.environment = environment;
    }

    /**
     * Detects errors that a retry cannot fix, without calling the vault.
     *
     * @param proxies of the listener, used if the vault has none of its own
     * @throws IllegalArgumentException if the scale set may not use the certificate, or the configuration is wrong
     */
    void check(ListenerConfig config, ProxySettings proxies) {
        try {
            settings(config, proxies);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    Credentials read(ListenerConfig config, ProxySettings proxies) throws IOException, InterruptedException {
        AzureKeyVaultSettings settings = settings(config, proxies);
        Client client = acquire(settings);
        try {
            return ListenerCredentials.read(config, client.vault);
        } finally {
            release(settings, client);
        }
    }

    /** The certificate is checked at each read, because it may have been replaced. */
    private AzureKeyVaultSettings settings(ListenerConfig config, ProxySettings proxies) throws IOException {
        ListenerConfig.AzureKeyVault vault = config.azureKeyVault();
        String namespace = config.ephemeralRunnerSetNamespace();
        if (vault != null && !certificates.contains(namespace, vault.certificatePath())) {
            throw new IOException(
                    "the certificate for the vault must be a file in %s, where shared listeners have the Secret vault-certificate-%s if listener.keyVaultNamespaces of the controller's chart lists the namespace"
                            .formatted(certificates.of(namespace), namespace));
        }
        return ListenerCredentials.vault(config, proxies);
    }

    private synchronized Client acquire(AzureKeyVaultSettings settings) {
        Client client = clients.computeIfAbsent(settings, key -> new Client(new AzureKeyVault(key, environment)));
        client.reads++;
        return client;
    }

    private synchronized void release(AzureKeyVaultSettings settings, Client client) {
        client.reads--;
        if (client.reads == 0) {
            clients.remove(settings);
            client.vault.close();
        }
    }
}
