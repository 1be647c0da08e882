package io.github.arc4j.listener;

import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.vault.AzureKeyVault;
import io.github.arc4j.vault.AzureKeyVaultSettings;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The credentials in a listener's configuration, or in the vault that it names. */
public final class ListenerCredentials {
    private ListenerCredentials() {}

    /**
     * Detects errors that only a change of the configuration can fix, without calling the vault: an error that a retry
     * may fix must not end the process.
     *
     * @throws IOException if there are no credentials, or the vault's configuration is wrong
     */
    public static void check(ListenerConfig config, Map<String, String> environment) throws IOException {
        if (config.vaultType().isEmpty()) {
            inline(config);
        } else {
            vault(config, ProxySettings.fromEnvironment(environment));
        }
    }

    /**
     * Reads the current credentials.
     *
     * @param environment for the vault's proxy if the configuration names none, and for its directory
     * @throws IOException if there are none, or the vault doesn't return them
     */
    public static Credentials read(ListenerConfig config, Map<String, String> environment)
            throws IOException, InterruptedException {
        if (config.vaultType().isEmpty()) {
            return inline(config);
        }
        AzureKeyVaultSettings settings = vault(config, ProxySettings.fromEnvironment(environment));
        try (AzureKeyVault vault = new AzureKeyVault(settings, environment)) {
            return read(config, vault);
        }
    }

    /**
     * Reads the current credentials from a vault.
     *
     * @throws IOException if the vault doesn't return them
     */
    public static Credentials read(ListenerConfig config, AzureKeyVault vault)
            throws IOException, InterruptedException {
        try {
            return Credentials.of(vault.read(config.vaultLookupKey()));
        } catch (InvalidCredentialsException e) {
            throw new IOException("secret " + config.vaultLookupKey() + " of the vault: " + e.getMessage(), e);
        }
    }

    private static Credentials inline(ListenerConfig config) throws IOException {
        ListenerConfig.@Nullable AppConfig app = config.credentials();
        if (app == null) {
            throw new IOException("missing app config");
        }
        return app.token().isEmpty()
                ? new GitHubApp(app.appId(), app.appInstallationId(), app.appPrivateKey())
                : new PersonalAccessToken(app.token());
    }

    /**
     * How to access the vault that the configuration names.
     *
     * @param proxies used if the configuration names none for the vault
     * @throws IOException if the configuration is wrong
     */
    public static AzureKeyVaultSettings vault(ListenerConfig config, ProxySettings proxies) throws IOException {
        if (!config.vaultType().equals(ListenerConfig.AZURE_KEY_VAULT)) {
            throw new IOException("unsupported vault type: " + config.vaultType());
        }
        ListenerConfig.@Nullable AzureKeyVault vault = config.azureKeyVault();
        if (vault == null) {
            throw new IOException("failed to create Azure Key Vault client: azure_key_vault is missing");
        }
        ListenerConfig.@Nullable Proxy proxy = vault.proxy();
        return AzureKeyVaultSettings.of(
                vault.tenantId(),
                vault.clientId(),
                vault.url(),
                vault.certificatePath(),
                proxy == null ? proxies : ProxySettings.of(proxy.http(), proxy.https(), proxy.noProxy()));
    }
}
