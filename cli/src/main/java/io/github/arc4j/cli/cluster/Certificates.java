package io.github.arc4j.cli.cluster;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import java.util.Optional;

/** The certificates that a scale set trusts for GitHub. */
public final class Certificates {
    private Certificates() {}

    /** The entry of a ConfigMap; empty if only the system's certificates are trusted. */
    public static Optional<ConfigMapKeyRef> reference(AutoscalingRunnerSetSpec spec) {
        return Optional.ofNullable(spec.githubServerTLS())
                .map(TlsConfig::certificateFrom)
                .map(TlsCertificateSource::configMapKeyRef);
    }
}
