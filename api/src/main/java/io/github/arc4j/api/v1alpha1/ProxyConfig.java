package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proxies for calls to GitHub.
 *
 * @param http proxy for URLs with the scheme http; null if there is none
 * @param https proxy for URLs with the scheme https; null if there is none
 * @param noProxy hosts, domains and networks that are reached directly
 */
@ApiObject
public record ProxyConfig(
        @JsonPropertyDescription("Proxy for http URLs") @Nullable ProxyServerConfig http,

        @JsonPropertyDescription("Proxy for https URLs") @Nullable ProxyServerConfig https,

        @JsonPropertyDescription("Hosts, domains and networks that are reached directly")
        List<String> noProxy) {
    /** Replaces null with empty values. */
    public ProxyConfig {
        noProxy = Normal.list(noProxy);
    }
}
