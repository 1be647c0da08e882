package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.queue.NamespaceTurns;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The Secrets that a listener reads: its configuration file and its proxy credentials. */
final class ListenerSecrets {
    /** How often the configuration is rebuilt from sources that cannot be watched. */
    private static final Duration UNWATCHED_PERIOD = Duration.ofMinutes(3);

    /** Kubernetes does not accept larger Secrets. */
    private static final int MAX_SIZE = 1024 * 1024;

    /** How many are encoded and written at a time: certificates and credentials may need ten times their size. */
    private static final int AT_A_TIME = 3;

    /** How many of a namespace are read and written at a time: what has been read stays in memory until it is written. */
    private static final int OF_NAMESPACE = 2;

    private record Written(AutoscalingListenerSpec spec, String hash, Sources.Stamp stamp) {}

    private final LiveSecrets secrets;
    private final ProxySecret proxy;
    private final ListenerConfigs configs;
    private final LabelPropagation propagation;
    private final Sources sources;
    private final PerObject<Written> written;
    private final PerObject<String> previousHashes;
    private final Semaphore turns = new Semaphore(AT_A_TIME, true);
    private final NamespaceTurns turnsOfNamespaces = new NamespaceTurns(OF_NAMESPACE);

    ListenerSecrets(
            ResourceCache<AutoscalingListener> listeners,
            LiveSecrets secrets,
            ProxySecret proxy,
            ListenerConfigs configs,
            LabelPropagation propagation,
            Sources sources) {
        this.secrets = secrets;
        this.proxy = proxy;
        this.configs = configs;
        this.propagation = propagation;
        this.sources = sources;
        this.written = new PerObject<>(listeners);
        this.previousHashes = new PerObject<>(listeners);
    }

    /** @return a hash that changes when the listener must restart to read the new content */
    String ensure(AutoscalingListener listener) throws GitHubAccessException, InterruptedException {
        String proxies = proxy.ensure(
                listener,
                ScaleSetNames.listenerProxySecret(listener.getMetadata().getName()),
                listener.getSpec().proxy(),
                listener.getSpec().autoscalingRunnerSetNamespace());
        String hash = ensureConfig(listener) + proxies;
        previousHashes.put(listener, hash);
        return hash;
    }

    /**
     * Creates or updates the Secret from the listener's spec, the credentials and the certificates. Cheap while none of
     * them has changed.
     *
     * @return the hash of its content
     */
    private String ensureConfig(AutoscalingListener listener) throws GitHubAccessException, InterruptedException {
        AutoscalingListenerSpec spec = listener.getSpec();
        Written last = written.get(listener);
        if (last != null && last.spec().equals(spec) && sources.isCurrent(last.stamp(), UNWATCHED_PERIOD)) {
            return last.hash();
        }
        turnsOfNamespaces.acquire(spec.autoscalingRunnerSetNamespace());
        try {
            Sources.Stamp stamp = sources.stamp(configs.sources(spec));
            String hash = writeInTurn(listener, configs.config(listener));
            written.put(listener, new Written(spec, hash, stamp));
            return hash;
        } finally {
            turnsOfNamespaces.release(spec.autoscalingRunnerSetNamespace());
        }
    }

    /** Called after the sources have been read, because a tenant can make that take arbitrarily long. */
    private String writeInTurn(AutoscalingListener listener, ListenerConfig config)
            throws GitHubAccessException, InterruptedException {
        Slot.acquire(turns);
        try {
            return write(listener, config);
        } finally {
            turns.release();
        }
    }

    private String write(AutoscalingListener listener, ListenerConfig config) throws GitHubAccessException {
        byte[] json = config.toJson();
        if (json.length > MAX_SIZE) {
            throw new GitHubAccessException(
                    "InvalidListenerConfig",
                    "the configuration of the listener has more than %d KiB: shorten githubServerTLS or listenerMetrics"
                            .formatted(MAX_SIZE / 1024));
        }
        Map<String, String> data =
                Map.of(ListenerPodObject.CONFIG_KEY, Base64.getEncoder().encodeToString(json));
        String hash = IntegrityHash.of(data);
        ResourceMeta user = listener.getSpec().configSecretMetadata();
        secrets.ensure(new SecretBuilder()
                .withNewMetadata()
                .withName(ScaleSetNames.listenerConfigSecret(
                        listener.getMetadata().getName()))
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(propagation.merge(user.labels(), Map.of()))
                .withAnnotations(Annotations.merge(
                        Annotations.ofUser(user.annotations()), Map.of(Annotations.INTEGRITY_HASH, hash)))
                .withOwnerReferences(Owners.controller(listener))
                .endMetadata()
                .withData(data)
                .build());
        return hash;
    }

    /** Makes the next {@link #ensure} check that both Secrets exist; called when the listener does not become ready. */
    void recheck(AutoscalingListener listener) {
        proxy.recheck(listener);
        written.remove(listener);
    }

    /** The result of the last successful {@link #ensure}; null if there is none. */
    @Nullable String previousHash(AutoscalingListener listener) {
        return previousHashes.get(listener);
    }

    /** When to call {@link #ensure} again even if no change is reported. */
    Duration recheckAfter(AutoscalingListener listener) {
        Written last = written.get(listener);
        return last == null ? UNWATCHED_PERIOD : sources.lifetime(last.stamp(), UNWATCHED_PERIOD);
    }

    void delete(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        secrets.delete(listener.getMetadata().getNamespace(), ScaleSetNames.listenerConfigSecret(name));
        if (listener.getSpec().proxy() != null) {
            proxy.delete(listener, ScaleSetNames.listenerProxySecret(name));
        }
    }
}
