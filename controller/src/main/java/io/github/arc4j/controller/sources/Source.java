package io.github.arc4j.controller.sources;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Secret or ConfigMap that a spec refers to. */
public record Source(Class<? extends HasMetadata> type, String namespace, String name) {
    public static Source secret(String namespace, String name) {
        return new Source(Secret.class, namespace, name);
    }

    public static Source configMap(String namespace, String name) {
        return new Source(ConfigMap.class, namespace, name);
    }

    /**
     * All objects from which GitHub access of a scale set in {@code namespace} is built. With a vault, the credentials
     * are in the vault and not in a Secret.
     */
    public static Set<Source> of(
            CredentialsNamespaces credentials,
            String namespace,
            String configSecret,
            @Nullable ProxyConfig proxy,
            @Nullable TlsConfig tls,
            @Nullable VaultConfig vault) {
        Set<Source> sources = new LinkedHashSet<>();
        if (vault == null || vault.type().isEmpty()) {
            sources.add(secret(credentials.of(namespace), configSecret));
        } else {
            sources.addAll(ofProxy(namespace, vault.proxy()));
        }
        sources.addAll(ofProxy(namespace, proxy)); // pods read proxy credentials from Secrets even with a vault
        ConfigMapKeyRef certificates = tls == null ? null : tls.configMapKeyRef();
        if (certificates != null) {
            sources.add(configMap(namespace, certificates.name()));
        }
        return sources;
    }

    public static Set<Source> ofProxy(String namespace, @Nullable ProxyConfig proxy) {
        Set<Source> sources = new LinkedHashSet<>();
        if (proxy != null) {
            Stream.of(proxy.http(), proxy.https())
                    .filter(server ->
                            server != null && !server.credentialSecretRef().isEmpty())
                    .map(ProxyServerConfig::credentialSecretRef)
                    .forEach(name -> sources.add(secret(namespace, name)));
        }
        return sources;
    }

    @Override
    public String toString() {
        return type.getSimpleName() + " " + namespace + "/" + name;
    }
}
