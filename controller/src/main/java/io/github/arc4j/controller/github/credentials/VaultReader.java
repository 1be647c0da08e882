package io.github.arc4j.controller.github.credentials;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.runtime.queue.Slot;
import io.github.arc4j.vault.AzureKeyVault;
import io.github.arc4j.vault.AzureKeyVaultSettings;
import io.github.arc4j.vault.VaultException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads secrets from vaults. Each vault in use has one client, which caches its token. */
public final class VaultReader implements AutoCloseable {
    /** Much longer than the interval at which vaults are read, so that a client in use is never closed. */
    private static final Duration IDLE_TIMEOUT = Duration.ofHours(1);

    private static final int MAX_CLIENTS_OF_NAMESPACE = 50;

    /** At a time. A read from a vault that does not respond takes minutes. */
    static final int MAX_READS_OF_NAMESPACE = 20;

    private static final Duration DELAY = Duration.ofSeconds(2);

    private static final String AZURE_KEY_VAULT = "azure_key_vault";

    private final ProxyResolver proxies;
    private final Map<String, String> environment;
    private final VaultCertificates certificates;
    private final BoundedClients<AzureKeyVaultSettings, AzureKeyVault> clients;
    /** By namespace, how many reads are in progress. */
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();

    /**
     * @param environment environment variables with the default proxies and the address of Microsoft Entra ID
     * @param certificates which files specs may refer to
     */
    public VaultReader(
            ProxyResolver proxies,
            Map<String, String> environment,
            VaultCertificates certificates,
            InstantSource clock) {
        this.proxies = proxies;
        this.environment = Map.copyOf(environment);
        this.certificates = certificates;
        this.clients = new BoundedClients<>(
                settings -> new AzureKeyVault(settings, this.environment),
                AzureKeyVault::close,
                namespace -> MAX_CLIENTS_OF_NAMESPACE,
                clock);
    }

    /** The vault with the credentials; null if they are in a Secret. An empty type means that there is no vault. */
    public static @Nullable VaultConfig used(@Nullable VaultConfig vault) {
        return vault == null || vault.type().isEmpty() ? null : vault;
    }

    /**
     * The entries of a vault secret that contains a JSON object.
     *
     * @param namespace namespace of the spec, of the Secrets with the vault's proxy credentials, and of the certificate
     * @throws GitHubAccessException if it cannot be read, and the message states what to fix; or if the read has to wait
     *     for others of the namespace
     */
    public Map<String, String> read(String namespace, VaultConfig vault, String name) throws GitHubAccessException {
        AzureKeyVaultConfig azure = check(vault);
        certificates.check(namespace, azure.certificatePath());
        try {
            AzureKeyVaultSettings settings = AzureKeyVaultSettings.of(
                    azure.tenantId(), azure.clientId(), azure.url(), azure.certificatePath(), proxy(namespace, vault));
            Slot.releaseCurrent(); // a vault may be slow
            return readWith(settings, namespace, name);
        } catch (VaultException e) {
            throw new GitHubAccessException(reason(e), "spec.vaultConfig: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GitHubAccessException("VaultUnavailable", "interrupted while the vault was read", e);
        }
    }

    private Map<String, String> readWith(AzureKeyVaultSettings settings, String namespace, String name)
            throws GitHubAccessException, VaultException, InterruptedException {
        try {
            if (reads.merge(namespace, 1, Integer::sum) > MAX_READS_OF_NAMESPACE) {
                throw GitHubAccessException.waiting("other reads of vaults are in progress", DELAY);
            }
            AzureKeyVault client = clients.get(namespace, settings);
            // A client is no longer used after its proxy's credentials were rotated, or if no scale set refers to its
            // vault any more.
            clients.closeIdle(IDLE_TIMEOUT);
            return client.read(name);
        } finally {
            reads.computeIfPresent(namespace, (key, number) -> number == 1 ? null : number - 1);
        }
    }

    int size() {
        return clients.size();
    }

    private static String reason(VaultException e) {
        return switch (e.reason()) {
            case INVALID_CONFIGURATION -> "VaultInvalid";
            case SIGN_IN_REFUSED -> "VaultSignInRefused";
            case ACCESS_DENIED -> "VaultAccessDenied";
            case SECRET_MISSING -> "VaultSecretMissing";
            case INVALID_SECRET -> "VaultSecretInvalid";
            case UNAVAILABLE -> "VaultUnavailable";
        };
    }

    /**
     * The configuration of the vault.
     *
     * @throws GitHubAccessException if the vault type is unknown, or its settings are missing
     */
    public static AzureKeyVaultConfig check(VaultConfig vault) throws GitHubAccessException {
        if (!AZURE_KEY_VAULT.equals(vault.type())) {
            throw new GitHubAccessException(
                    "VaultInvalid",
                    "spec.vaultConfig.type: unknown vault type \"%s\"; use %s"
                            .formatted(vault.type(), AZURE_KEY_VAULT));
        }
        AzureKeyVaultConfig azure = vault.azureKeyVault();
        if (azure == null) {
            throw new GitHubAccessException("VaultInvalid", "spec.vaultConfig.azureKeyVault is missing: set it");
        }
        return azure;
    }

    /** The proxy URLs with credentials, as {@link ProxyResolver#resolve}; empty if the spec has no proxy. */
    public Map<String, String> proxyUrls(String namespace, VaultConfig vault) throws GitHubAccessException {
        if (vault.proxy() == null) {
            return Map.of();
        }
        Map<String, String> urls = proxies.resolve(namespace, vault.proxy());
        if (urls.values().stream().allMatch(String::isEmpty)) {
            throw new GitHubAccessException(
                    "InvalidProxy",
                    "spec.vaultConfig.proxy: proxy configuration is empty, at least one proxy must be set");
        }
        return urls;
    }

    private ProxySettings proxy(String namespace, VaultConfig vault) throws GitHubAccessException {
        Map<String, String> urls = proxyUrls(namespace, vault);
        return urls.isEmpty()
                ? ProxySettings.fromEnvironment(environment)
                : ProxyResolver.settings("spec.vaultConfig.proxy", urls);
    }

    @Override
    public void close() {
        clients.close();
    }
}
