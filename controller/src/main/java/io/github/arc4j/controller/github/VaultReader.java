package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.runtime.Place;
import io.github.arc4j.vault.AzureKeyVault;
import io.github.arc4j.vault.AzureKeyVaultSettings;
import io.github.arc4j.vault.VaultException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads what specs keep in vaults. One client for each vault that is in use, which keeps its token. */
public final class VaultReader implements AutoCloseable {
    /** Far above the period in which vaults are read, so that nobody is using what is closed. */
    private static final Duration IDLE_LIMIT = Duration.ofHours(1);

    private static final String AZURE_KEY_VAULT = "azure_key_vault";

    private final ProxyResolver proxies;
    private final Map<String, String> environment;
    private final VaultCertificates certificates;
    private final InstantSource clock;
    private final Map<AzureKeyVaultSettings, Client> clients = new ConcurrentHashMap<>();

    /** A client and when it was used last. */
    private static final class Client {
        final AzureKeyVault vault;
        volatile Instant lastUse;

        Client(AzureKeyVault vault, Instant now) {
            this.vault = vault;
            this.lastUse = now;
        }
    }

    /**
     * @param environment for the proxies of vaults that name none, and the directory's address
     * @param certificates which files specs may name
     */
    public VaultReader(
            ProxyResolver proxies,
            Map<String, String> environment,
            VaultCertificates certificates,
            InstantSource clock) {
        this.proxies = proxies;
        this.environment = Map.copyOf(environment);
        this.certificates = certificates;
        this.clock = clock;
    }

    /** The vault with the credentials, null if they are in a Secret. An empty type means that there is no vault. */
    public static @Nullable VaultConfig used(@Nullable VaultConfig vault) {
        return vault == null || vault.type().isEmpty() ? null : vault;
    }

    /**
     * The entries of a secret that holds a JSON object.
     *
     * @param namespace of the spec, of the Secrets with the credentials of the vault's proxy and of the certificate
     * @throws GitHubAccessException if it can't be had; its message tells the user what to mend
     */
    public Map<String, String> read(String namespace, VaultConfig vault, String name) throws GitHubAccessException {
        AzureKeyVaultConfig azure = check(vault);
        certificates.check(namespace, azure.certificatePath());
        try {
            AzureKeyVaultSettings settings = AzureKeyVaultSettings.of(
                    azure.tenantId(), azure.clientId(), azure.url(), azure.certificatePath(), proxy(namespace, vault));
            Place place = Place.current();
            if (place != null) {
                place.giveUp(); // a vault may be slow
            }
            return client(settings).read(name);
        } catch (VaultException e) {
            throw new GitHubAccessException(reason(e), "spec.vaultConfig: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GitHubAccessException("VaultUnavailable", "interrupted while the vault was read", e);
        }
    }

    private AzureKeyVault client(AzureKeyVaultSettings settings) {
        Instant now = clock.instant();
        Client client = clients.computeIfAbsent(settings, s -> new Client(new AzureKeyVault(s, environment), now));
        client.lastUse = now;
        closeUnused(now.minus(IDLE_LIMIT));
        return client.vault;
    }

    /** Proxies with rotated credentials, and vaults that no scale set names any more. */
    private void closeUnused(Instant limit) {
        clients.forEach((settings, client) -> {
            if (client.lastUse.isBefore(limit) && clients.remove(settings, client)) {
                client.vault.close();
            }
        });
    }

    /** How many vaults have a client. */
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
     * @throws GitHubAccessException if there is no such vault, or nothing says where it is
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
            throw new GitHubAccessException(
                    "VaultInvalid", "spec.vaultConfig.azureKeyVault is missing: say where the vault is");
        }
        return azure;
    }

    /** The proxy's URLs with credentials, as {@link ProxyResolver#resolve}; empty if the spec names none. */
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
        clients.values().forEach(client -> client.vault.close());
    }
}
