package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The Secret with a listener's configuration file. */
final class ListenerConfigSecret {
    private record Written(AutoscalingListenerSpec spec, String hash, Instant at) {}

    private final LiveSecrets secrets;
    private final ListenerConfigs configs;
    private final LabelPropagation propagation;
    private final Clock clock;
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    ListenerConfigSecret(LiveSecrets secrets, ListenerConfigs configs, LabelPropagation propagation, Clock clock) {
        this.secrets = secrets;
        this.configs = configs;
        this.propagation = propagation;
        this.clock = clock;
    }

    /**
     * Makes the Secret be as the listener's spec, the credentials and the certificates say.
     *
     * @param period for which an unchanged spec need not be compared again
     * @return the hash of its content
     */
    String ensure(AutoscalingListener listener, Duration period) throws GitHubAccessException {
        String uid = listener.getMetadata().getUid();
        Instant now = clock.instant();
        Written last = written.get(uid);
        if (last != null && last.spec().equals(listener.getSpec()) && last.at().isAfter(now.minus(period))) {
            return last.hash();
        }
        byte[] json = configs.config(listener).toJson();
        Map<String, String> data =
                Map.of(ListenerObjects.CONFIG_KEY, Base64.getEncoder().encodeToString(json));
        String hash = IntegrityHash.of(data);
        ResourceMeta user = listener.getSpec().configSecretMetadata();
        secrets.ensure(new SecretBuilder()
                .withNewMetadata()
                .withName(ScaleSetNames.listenerConfigSecret(
                        listener.getMetadata().getName()))
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(propagation.merge(user.labels(), Map.of()))
                .withAnnotations(Annotations.merge(user.annotations(), Map.of(Annotations.INTEGRITY_HASH, hash)))
                .withOwnerReferences(Owners.controller(listener))
                .endMetadata()
                .withData(data)
                .build());
        written.put(uid, new Written(listener.getSpec(), hash, now));
        return hash;
    }

    void forget(AutoscalingListener listener) {
        written.remove(listener.getMetadata().getUid());
    }
}
