package io.github.arc4j.controller.github.credentials;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesResourceUtil;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads Secrets and ConfigMaps live; they are not cached, to keep no secret in memory longer than needed. */
public final class SecretReader {
    private static final Logger log = LoggerFactory.getLogger(SecretReader.class);

    /** Characters of an entry in Base64. Private keys, the longest ones that are used, have a tenth of that. */
    private static final int MAX_ENTRY = 64 * 1024;

    /** Characters of certificates, as documented for {@code githubServerTLS}. */
    private static final int MAX_CERTIFICATES = 512 * 1024;

    private static final String CERTIFICATES = "the certificates of the GitHub server";

    private final LiveObjects live;
    private final Sources sources;
    private final CredentialsNamespaces credentialsNamespaces;

    /** @param sources receives the resource versions that were read */
    public SecretReader(LiveObjects live, Sources sources, CredentialsNamespaces credentialsNamespaces) {
        this.live = live;
        this.sources = sources;
        this.credentialsNamespaces = credentialsNamespaces;
    }

    public CredentialsNamespaces credentialsNamespaces() {
        return credentialsNamespaces;
    }

    /**
     * The GitHub credentials of scale sets.
     *
     * @param namespace the scale sets' namespace
     * @throws GitHubAccessException as {@link #secret}
     */
    public Map<String, String> credentials(String namespace, String name) throws GitHubAccessException {
        return secret(namespace, credentialsNamespaces.of(namespace), name, "GitHub credentials");
    }

    /**
     * The decoded data of a Secret, as text, without entries that are too long to be credentials.
     *
     * @throws GitHubAccessException if the name is empty, or the object does not exist or cannot be read
     */
    public Map<String, String> secret(String namespace, String name, String purpose) throws GitHubAccessException {
        return secret(namespace, namespace, name, purpose);
    }

    private Map<String, String> secret(String tenant, String namespace, String name, String purpose)
            throws GitHubAccessException {
        Secret secret = read("Secret", Secret.class, tenant, Source.secret(namespace, name), purpose);
        Map<String, String> data = new HashMap<>();
        Map<String, String> encoded = secret.getData() == null ? Map.of() : secret.getData();
        encoded.forEach((key, value) -> {
            if (value.length() <= MAX_ENTRY) {
                data.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
            }
        });
        return data;
    }

    /**
     * The certificate authorities of a GitHub server, from the ConfigMap that {@code spec.githubServerTLS} names; empty
     * without it.
     *
     * @throws GitHubAccessException if the reference is incomplete, or the entry does not exist or cannot be read
     */
    public String rootCertificates(String namespace, @Nullable TlsConfig tls) throws GitHubAccessException {
        if (tls == null) {
            return "";
        }
        ConfigMapKeyRef reference = tls.configMapKeyRef();
        if (reference == null) {
            throw new GitHubAccessException(
                    "InvalidTLS", "spec.githubServerTLS.certificateFrom.configMapKeyRef is missing: name a ConfigMap");
        }
        Source source = Source.configMap(namespace, reference.name());
        String key = reference.key();
        ConfigMap map = read("ConfigMap", ConfigMap.class, namespace, source, CERTIFICATES);
        @Nullable String value = map.getData() == null ? null : map.getData().get(key);
        if (value == null) {
            throw new GitHubAccessException(
                    "ConfigMapKeyMissing",
                    "%s has no key %s, which %s needs: add it".formatted(source, key, CERTIFICATES));
        }
        if (value.length() > MAX_CERTIFICATES) {
            throw new GitHubAccessException(
                    "InvalidTLS",
                    "%s has more than %d KiB in %s: keep only %s"
                            .formatted(source, MAX_CERTIFICATES / 1024, key, CERTIFICATES));
        }
        return value;
    }

    private <T extends HasMetadata> T read(String kind, Class<T> type, String tenant, Source source, String purpose)
            throws GitHubAccessException {
        requireName(kind, source.name(), purpose);
        log.debug("get {} for {}", source, purpose);
        T object;
        try {
            object = live.ofTenant(tenant, type, source.namespace(), source.name());
        } catch (KubernetesClientException e) {
            throw new GitHubAccessException(
                    kind + "Unreadable", "%s for %s cannot be read: %s".formatted(source, purpose, e.getMessage()), e);
        }
        sources.seen(source, object == null ? "" : object.getMetadata().getResourceVersion());
        if (object == null) {
            throw new GitHubAccessException(
                    kind + "Missing",
                    "%s for %s does not exist: create it or correct the reference".formatted(source, purpose));
        }
        return object;
    }

    /**
     * Rejects what cannot be a name. The Kubernetes client puts it into the request's path as it is, so {@code ?x} would
     * read all Secrets of the namespace.
     */
    private static void requireName(String kind, String name, String purpose) throws GitHubAccessException {
        if (name.isBlank()) {
            throw new GitHubAccessException(
                    kind + "Missing",
                    "the name of the %s for %s is empty: set it in the spec".formatted(kind, purpose));
        }
        if (!KubernetesResourceUtil.isValidSubdomainName(name)) {
            throw new GitHubAccessException(
                    kind + "Missing",
                    "the name of the %s for %s, \"%s\", is not valid in Kubernetes: correct it in the spec"
                            .formatted(kind, purpose, name));
        }
    }
}
