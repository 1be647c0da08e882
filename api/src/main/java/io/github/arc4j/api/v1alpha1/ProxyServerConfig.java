package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * One proxy.
 *
 * @param url URL of the proxy
 * @param credentialSecretRef name of the Secret with the keys {@code username} and {@code password}; empty if there is none
 */
@ApiObject
public record ProxyServerConfig(
        @JsonPropertyDescription("URL of the proxy") String url,

        @JsonPropertyDescription("Secret with the keys username and password; no login if empty")
        String credentialSecretRef) {
    /** Replaces null with empty values. */
    public ProxyServerConfig {
        url = Normal.text(url);
        credentialSecretRef = Normal.text(credentialSecretRef);
    }
}
