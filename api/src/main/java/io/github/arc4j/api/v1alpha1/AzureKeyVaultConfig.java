package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * How to access an Azure Key Vault. All properties are always written.
 *
 * @param url URL of the vault
 * @param tenantId tenant of the application
 * @param clientId the application's client ID
 * @param certificatePath file in the controller's pod with the application's certificate and key, in PEM or PKCS#12
 */
@ApiObject
public record AzureKeyVaultConfig(
        @JsonPropertyDescription("URL of the vault") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        String url,

        @JsonPropertyDescription("Tenant of the application") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        String tenantId,

        @JsonPropertyDescription("ID of the application") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        String clientId,

        @JsonPropertyDescription("File with the application's certificate")
        @Required
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String certificatePath) {
    /** Replaces null with empty values. */
    public AzureKeyVaultConfig {
        url = Normal.text(url);
        tenantId = Normal.text(tenantId);
        clientId = Normal.text(clientId);
        certificatePath = Normal.text(certificatePath);
    }
}
