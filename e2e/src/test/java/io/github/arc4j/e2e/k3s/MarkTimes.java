package io.github.arc4j.e2e.k3s;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When which pod was marked as busy, by name. */
final class MarkTimes implements AutoCloseable {
    private final Map<String, Instant> times = new ConcurrentHashMap<>();
    private final Watch watch;

    MarkTimes(KubernetesClient client, String namespace) {
        watch = client.pods()
                .inNamespace(namespace)
                .withLabel("actions.github.com/busy", "true")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Pod pod) {
                        times.putIfAbsent(pod.getMetadata().getName(), Instant.now());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // The test then misses a mark.
                    }
                });
    }

    Map<String, Instant> get() {
        return Map.copyOf(times);
    }

    @Override
    public void close() {
        watch.close();
    }
}
