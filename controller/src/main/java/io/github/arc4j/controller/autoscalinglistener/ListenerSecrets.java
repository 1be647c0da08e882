package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a listener reads: its configuration and its proxies. */
final class ListenerSecrets {
    private final LiveSecrets secrets;
    private final ProxySecret proxy;
    private final ListenerConfigSecret config;
    private final PerObject<String> formerHashes;

    ListenerSecrets(
            ResourceCache<AutoscalingListener> listeners,
            LiveSecrets secrets,
            ProxySecret proxy,
            ListenerConfigSecret config) {
        this.secrets = secrets;
        this.proxy = proxy;
        this.config = config;
        this.formerHashes = new PerObject<>(listeners);
    }

    /** @return changes when the listener has to be started anew in order to see what has changed */
    String ensure(AutoscalingListener listener) throws GitHubAccessException {
        String proxies = proxy.ensure(
                listener,
                ScaleSetNames.listenerProxySecret(listener.getMetadata().getName()),
                listener.getSpec().proxy(),
                listener.getSpec().autoscalingRunnerSetNamespace());
        String configuration = config.ensure(listener);
        String hash = proxies.isEmpty() ? configuration : configuration + proxies;
        formerHashes.put(listener, hash);
        return hash;
    }

    /** Has {@link #ensure} look whether both are still there: the listener seems to miss something. */
    void recheck(AutoscalingListener listener) {
        proxy.recheck(listener);
        config.recheck(listener);
    }

    /** What {@link #ensure} answered last; null if it never did. */
    @Nullable String formerHash(AutoscalingListener listener) {
        return formerHashes.get(listener);
    }

    /** When to call {@link #ensure} again although nothing was heard. */
    Duration compareAfter(AutoscalingListener listener) {
        return config.compareAfter(listener);
    }

    void delete(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        secrets.delete(listener.getMetadata().getNamespace(), ScaleSetNames.listenerConfigSecret(name));
        if (listener.getSpec().proxy() != null) {
            proxy.delete(listener, ScaleSetNames.listenerProxySecret(name));
        }
    }
}
