package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * A source of certificates.
 *
 * @param configMapKeyRef key of a ConfigMap with certificates in PEM; null if there is none
 */
@ApiObject
public record TlsCertificateSource(
        @JsonPropertyDescription("Key of a ConfigMap with PEM certificates") @Nullable ConfigMapKeyRef configMapKeyRef) {}
