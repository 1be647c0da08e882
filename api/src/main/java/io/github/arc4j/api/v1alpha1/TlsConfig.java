package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * Certificates to trust for the GitHub server, in addition to the system's.
 *
 * @param certificateFrom source of the certificates; null if there is none
 */
@ApiObject
public record TlsConfig(
        @JsonPropertyDescription("Source of the certificates") @Nullable TlsCertificateSource certificateFrom) {
    /** {@return the entry of a ConfigMap with the certificates; null if there is none} */
    public @Nullable ConfigMapKeyRef configMapKeyRef() {
        return certificateFrom == null ? null : certificateFrom.configMapKeyRef();
    }
}
