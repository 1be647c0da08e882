package io.github.arc4j.controller.github;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets through which the pods of an object learn their proxies. Credentials may be rotated, so they are compared
 * again now and then, not only when the object changes.
 */
public final class ProxySecret {
    private static final Duration COMPARE_PERIOD = Duration.ofMinutes(2);

    private record Checked(ProxyConfig proxy, Instant at) {}

    private final LiveSecrets secrets;
    private final ProxyResolver proxies;
    private final Clock clock;
    private final Map<String, Checked> checked = new ConcurrentHashMap<>();

    public ProxySecret(LiveSecrets secrets, ProxyResolver proxies, Clock clock) {
        this.secrets = secrets;
        this.proxies = proxies;
        this.clock = clock;
    }

    /**
     * Makes the Secret {@code name} beside its owner be as {@code proxy} says; without a proxy a Secret made earlier
     * goes.
     *
     * @param credentials namespace of the Secrets with the proxies' credentials
     */
    public void ensure(HasMetadata owner, String name, @Nullable ProxyConfig proxy, String credentials)
            throws GitHubAccessException {
        String uid = owner.getMetadata().getUid();
        Checked last = checked.get(uid);
        if (proxy == null) {
            if (last != null) {
                delete(owner, name);
            }
            return;
        }
        Instant now = clock.instant();
        if (last != null && last.proxy().equals(proxy) && last.at().isAfter(now.minus(COMPARE_PERIOD))) {
            return;
        }
        Map<String, String> data = LiveSecrets.encode(proxies.resolve(credentials, proxy));
        Map<String, String> labels =
                new TreeMap<>(Annotations.merge(owner.getMetadata().getLabels(), Map.of()));
        labels.keySet().retainAll(java.util.Set.of(Labels.SCALE_SET_NAME, Labels.SCALE_SET_NAMESPACE));
        secrets.ensure(new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .addToAnnotations(Annotations.INTEGRITY_HASH, IntegrityHash.of(data))
                .withOwnerReferences(Owners.controller(owner))
                .endMetadata()
                .withData(data)
                .build());
        checked.put(uid, new Checked(proxy, now));
    }

    /** Deletes the Secret; what is not there is fine. */
    public void delete(HasMetadata owner, String name) {
        checked.remove(owner.getMetadata().getUid());
        secrets.delete(owner.getMetadata().getNamespace(), name);
    }
}
