package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * The vault that contains the credentials.
 *
 * @param type {@code azure_key_vault}
 * @param azureKeyVault how to access the Azure Key Vault; null if there is none
 * @param proxy proxies for calls to the vault; null if there is none
 */
@ApiObject
public record VaultConfig(
        @JsonPropertyDescription("Kind of the vault: azure_key_vault")
        String type,

        @JsonPropertyDescription("Vault of type azure_key_vault") @Nullable AzureKeyVaultConfig azureKeyVault,

        @JsonPropertyDescription("Proxies for calls to the vault") @Nullable ProxyConfig proxy) {
    /** Replaces null with empty values. */
    public VaultConfig {
        type = Normal.text(type);
    }
}
