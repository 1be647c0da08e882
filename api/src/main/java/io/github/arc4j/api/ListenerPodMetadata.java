package io.github.arc4j.api;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which labels and annotations a scale set may give its listener's pod. Admission webhooks, network plugins, container
 * runtimes and agents act on them, some with Secrets of the namespace, which is the controller's, or with permissions of
 * their own. This is an allowlist: a key is rejected unless it is known to be harmless.
 *
 * @param allowed keys that the operator allows in addition: exact ones, and domains that end with {@code /}
 */
public record ListenerPodMetadata(List<String> allowed) {
    /** Only the keys that are known to be harmless. */
    public static final ListenerPodMetadata DEFAULT = new ListenerPodMetadata(List.of());

    /** Domains with keys that add nothing to the pod and grant it nothing. */
    private static final List<String> HARMLESS = List.of(
            "actions.github.com/", // the controller's own
            "app.kubernetes.io/", // for people and selectors
            "argocd.argoproj.io/", // Argo CD shows the pod, or deletes it
            "cluster-autoscaler.kubernetes.io/", // whether the node may be removed
            "helm.sh/", // for people and selectors
            "karpenter.sh/", // whether the node may be removed
            "kubectl.kubernetes.io/", // read by kubectl
            "prometheus.io/"); // which port of the pod is scraped

    /** Without a domain. Container runtimes read keys such as {@code io.katacontainers.config.hypervisor.path}. */
    private static final Pattern PLAIN = Pattern.compile("[^./]+");

    /** Plain keys that are rejected: Azure AD Pod Identity gives the pod the identity that this label names. */
    private static final Set<String> REFUSED = Set.of("aadpodidbinding");

    /** Keys and values with which a pod declines the sidecar of a mesh. */
    private static final Set<String> DECLINED = Set.of("sidecar.istio.io/inject=false", "linkerd.io/inject=disabled");

    private static final Pattern ENTRY =
            Pattern.compile("([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?");

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if an entry is invalid
     */
    public ListenerPodMetadata {
        allowed = List.copyOf(allowed);
        for (String entry : allowed) {
            if (entry.isEmpty() || !ENTRY.matcher(entry).matches()) {
                throw new IllegalArgumentException(
                        "\"" + entry
                                + "\" is neither a key nor a domain that ends with /; examples: example.com/team, example.com/");
            }
        }
    }

    /**
     * {@return whether the pod may have a label or an annotation}
     *
     * @param key key of the label or annotation
     * @param value its value
     */
    public boolean accepts(String key, String value) {
        return (PLAIN.matcher(key).matches() && !REFUSED.contains(key))
                || DECLINED.contains(key + "=" + value)
                || allowed.contains(key)
                || Stream.concat(HARMLESS.stream(), allowed.stream())
                        .anyMatch(domain -> domain.endsWith("/") && key.startsWith(domain));
    }

    /**
     * {@return the paths of the labels and annotations of a pod template that are not accepted}
     *
     * @param path path of the metadata
     * @param metadata metadata of the template; null is treated as empty
     */
    public Stream<String> refusedOfTemplate(String path, @Nullable ObjectMeta metadata) {
        return metadata == null
                ? Stream.empty()
                : Stream.concat(
                        refused(path + ".labels", metadata.getLabels()),
                        refused(path + ".annotations", metadata.getAnnotations()));
    }

    /**
     * {@return the paths of the labels, or of the annotations, that are not accepted, such as {@code metadata.labels[a/b]}}
     *
     * @param path path of the labels or annotations
     * @param entries labels or annotations by key; null is treated as empty
     */
    public Stream<String> refused(String path, @Nullable Map<String, String> entries) {
        return Annotations.merge(entries, null).entrySet().stream()
                .filter(entry -> !accepts(entry.getKey(), entry.getValue()))
                .map(entry -> "%s[%s]".formatted(path, entry.getKey()));
    }
}
