package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import java.time.Duration;

/** What a listener's pod reads: its configuration and, as environment variables, its proxies. */
record ListenerSecrets(LiveSecrets secrets, ProxySecret proxy, ListenerConfigSecret config) {

    /** @return changes when the pod has to be started anew in order to see what has changed */
    String ensure(AutoscalingListener listener) throws GitHubAccessException {
        String proxies = proxy.ensure(
                listener,
                ScaleSetNames.listenerProxySecret(listener.getMetadata().getName()),
                listener.getSpec().proxy(),
                listener.getSpec().autoscalingRunnerSetNamespace());
        String configuration = config.ensure(listener);
        return proxies.isEmpty() ? configuration : configuration + proxies;
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
    }
}
