package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a listener reads: its configuration and its proxies. */
final class ListenerSecrets {
    private final LiveSecrets secrets;
    private final ProxySecret proxy;
    private final ListenerConfigSecret config;
    private final Map<String, String> formerHashes = new ConcurrentHashMap<>();

    ListenerSecrets(LiveSecrets secrets, ProxySecret proxy, ListenerConfigSecret config) {
        this.secrets = secrets;
        this.proxy = proxy;
        this.config = config;
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
        formerHashes.put(listener.getMetadata().getUid(), hash);
        return hash;
    }

    /** What {@link #ensure} answered last; null if it never did. */
    @Nullable String formerHash(AutoscalingListener listener) {
        return formerHashes.get(listener.getMetadata().getUid());
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
        config.forget(listener);
        formerHashes.remove(listener.getMetadata().getUid());
    }
}
