package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Secrets that a listener reads: its configuration and its proxy credentials. */
final class ListenerSecrets {
    private final LiveSecrets secrets;
    private final ProxySecret proxy;
    private final ListenerConfigSecret config;
    private final PerObject<String> previousHashes;

    ListenerSecrets(
            ResourceCache<AutoscalingListener> listeners,
            LiveSecrets secrets,
            ProxySecret proxy,
            ListenerConfigSecret config) {
        this.secrets = secrets;
        this.proxy = proxy;
        this.config = config;
        this.previousHashes = new PerObject<>(listeners);
    }

    /** @return a hash that changes when the listener must restart to read the new content */
    String ensure(AutoscalingListener listener) throws GitHubAccessException, InterruptedException {
        String proxies = proxy.ensure(
                listener,
                ScaleSetNames.listenerProxySecret(listener.getMetadata().getName()),
                listener.getSpec().proxy(),
                listener.getSpec().autoscalingRunnerSetNamespace());
        String configuration = config.ensure(listener);
        String hash = proxies.isEmpty() ? configuration : configuration + proxies;
        previousHashes.put(listener, hash);
        return hash;
    }

    /** Makes the next {@link #ensure} check that both Secrets exist; called when the listener does not become ready. */
    void recheck(AutoscalingListener listener) {
        proxy.recheck(listener);
        config.recheck(listener);
    }

    /** The result of the last successful {@link #ensure}; null if there is none. */
    @Nullable String previousHash(AutoscalingListener listener) {
        return previousHashes.get(listener);
    }

    /** When to call {@link #ensure} again even if no change is reported. */
    Duration recheckAfter(AutoscalingListener listener) {
        return config.recheckAfter(listener);
    }

    void delete(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        secrets.delete(listener.getMetadata().getNamespace(), ScaleSetNames.listenerConfigSecret(name));
        if (listener.getSpec().proxy() != null) {
            proxy.delete(listener, ScaleSetNames.listenerProxySecret(name));
        }
    }
}
