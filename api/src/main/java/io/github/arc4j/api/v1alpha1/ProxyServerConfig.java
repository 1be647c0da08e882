package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * One proxy.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ProxyServerConfig(
        @JsonPropertyDescription("URL of the proxy") String url,

        @JsonPropertyDescription("Secret with the keys username and password; empty is none")
        String credentialSecretRef) {
    public ProxyServerConfig {
        url = Normal.text(url);
        credentialSecretRef = Normal.text(credentialSecretRef);
    }
}
