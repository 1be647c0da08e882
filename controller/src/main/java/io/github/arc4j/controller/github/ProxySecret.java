package io.github.arc4j.controller.github;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets through which the pods of an object learn their proxies. Their credentials may be rotated, so they follow
 * their sources, not only the object.
 */
public final class ProxySecret {
    /** For Secrets that may not be watched. */
    private static final Duration COMPARE_PERIOD = Duration.ofMinutes(3);

    /** Between two comparisons, though pods seem to miss the Secret. */
    private static final Duration RECHECK_PERIOD = Duration.ofSeconds(20);

    /** @param proxy null if there is no Secret */
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
     * Makes the Secret {@code name} beside its owner be as {@code proxy} says; without a proxy a Secret made earlier
     * goes.
     *
     * @param credentials namespace of the Secrets with the proxies' credentials
     * @return the hash of its content; empty without a proxy
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
        if (last != null && proxy.equals(last.proxy()) && sources.isCurrent(last.stamp(), COMPARE_PERIOD)) {
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

    /** Has {@link #ensure} compare the Secret with what it should be: a pod seems to miss it. */
    public void recheck(HasMetadata owner) {
        Checked last = checked.get(owner);
        if (last != null && last.proxy() != null && sources.isOlder(last.stamp(), RECHECK_PERIOD)) {
            checked.remove(owner);
        }
    }

    /** Whether an earlier process may have seen another spec. */
    private static boolean wasEdited(HasMetadata owner) {
        return owner.getMetadata().getGeneration() == null
                || owner.getMetadata().getGeneration() > 1;
    }

    /** Deletes the Secret; what is not there is fine. */
    public void delete(HasMetadata owner, String name) {
        checked.remove(owner);
        secrets.delete(owner.getMetadata().getNamespace(), name);
    }
}
