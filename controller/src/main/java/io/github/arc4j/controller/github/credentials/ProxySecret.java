package io.github.arc4j.controller.github.credentials;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets from which the pods of an object read their proxy URLs. They are updated when the object changes and when
 * the proxy credentials are rotated.
 */
public final class ProxySecret {
    /** How often the Secret is rebuilt from sources that cannot be watched. */
    private static final Duration UNWATCHED_PERIOD = Duration.ofMinutes(3);

    /** Minimum time between two comparisons, even if pods seem to miss the Secret. */
    private static final Duration RECHECK_PERIOD = Duration.ofSeconds(20);

    /** @param proxy null if there should be no Secret */
    private record Checked(@Nullable ProxyConfig proxy, String hash, Sources.Stamp stamp) {}

    private final LiveSecrets secrets;
    private final ProxyResolver proxies;
    private final Sources sources;
    private final PerObject<Checked> checked;

    /** @param owners caches of the objects that may have such a Secret */
    public ProxySecret(LiveSecrets secrets, ProxyResolver proxies, Sources sources, ResourceCache<?>... owners) {
        this.secrets = secrets;
        this.proxies = proxies;
        this.sources = sources;
        this.checked = new PerObject<>(owners);
    }

    /**
     * Creates or updates the Secret {@code name} in the owner's namespace; without a proxy, deletes a Secret that was
     * created earlier.
     *
     * @param credentials namespace of the Secrets with the proxy credentials
     * @return hash of the Secret's content; empty without a proxy
     */
    public String ensure(HasMetadata owner, String name, @Nullable ProxyConfig proxy, String credentials)
            throws GitHubAccessException {
        Checked last = checked.get(owner);
        if (proxy == null) {
            if (last == null ? wasEdited(owner) : last.proxy() != null) {
                delete(owner, name);
            }
            checked.put(owner, new Checked(null, "", sources.stamp(Set.of())));
            return "";
        }
        if (last != null && proxy.equals(last.proxy()) && sources.isCurrent(last.stamp(), UNWATCHED_PERIOD)) {
            return last.hash();
        }
        Sources.Stamp stamp = sources.stamp(Source.ofProxy(credentials, proxy));
        Map<String, String> data = LiveSecrets.encode(proxies.resolve(credentials, proxy));
        String hash = IntegrityHash.of(data);
        Map<String, String> labels =
                new TreeMap<>(Annotations.merge(owner.getMetadata().getLabels(), Map.of()));
        labels.keySet().retainAll(Set.of(Labels.SCALE_SET_NAME, Labels.SCALE_SET_NAMESPACE));
        secrets.ensure(new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .addToAnnotations(Annotations.INTEGRITY_HASH, hash)
                .withOwnerReferences(Owners.controller(owner))
                .endMetadata()
                .withData(data)
                .build());
        checked.put(owner, new Checked(proxy, hash, stamp));
        return hash;
    }

    /** The environment variables with which a pod reads its proxies from the Secret {@code name}. */
    public static List<EnvVar> environment(String name, ProxyConfig proxy) {
        List<String> variables = new ArrayList<>();
        if (proxy.http() != null) {
            variables.add(RunnerEnvironment.HTTP_PROXY);
        }
        if (proxy.https() != null) {
            variables.add(RunnerEnvironment.HTTPS_PROXY);
        }
        if (!proxy.noProxy().isEmpty()) {
            variables.add(RunnerEnvironment.NO_PROXY);
        }
        return variables.stream()
                .map(variable -> LiveSecrets.variable(variable, name, variable))
                .toList();
    }

    /** Makes the next {@link #ensure} compare the live Secret with the desired one, because a pod seems to miss it. */
    public void recheck(HasMetadata owner) {
        Checked last = checked.get(owner);
        if (last != null && last.proxy() != null && sources.isOlder(last.stamp(), RECHECK_PERIOD)) {
            checked.remove(owner);
        }
    }

    /** Whether the spec was changed, so that a previous process may have created the Secret. */
    private static boolean wasEdited(HasMetadata owner) {
        return owner.getMetadata().getGeneration() == null
                || owner.getMetadata().getGeneration() > 1;
    }

    public void delete(HasMetadata owner, String name) {
        checked.remove(owner);
        secrets.delete(owner.getMetadata().getNamespace(), name);
    }
}
