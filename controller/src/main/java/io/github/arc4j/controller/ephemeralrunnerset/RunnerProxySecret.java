package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxyResolver;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Secret through which the runners of a set learn their proxies. Credentials may be rotated, so it is compared
 * again now and then, not only when the set changes.
 */
final class RunnerProxySecret {
    private static final Duration COMPARE_PERIOD = Duration.ofSeconds(30);

    private record Checked(ProxyConfig proxy, Instant at) {}

    private final KubernetesClient client;
    private final ProxyResolver proxies;
    private final Clock clock;
    private final Map<String, Checked> checked = new ConcurrentHashMap<>();

    RunnerProxySecret(KubernetesClient client, ProxyResolver proxies, Clock clock) {
        this.client = client;
        this.proxies = proxies;
        this.clock = clock;
    }

    /** Makes the Secret be as the set's proxy says; nothing is done for a set without one. */
    void ensure(EphemeralRunnerSet set) throws GitHubAccessException {
        ProxyConfig proxy = set.getSpec().ephemeralRunnerSpec().proxy();
        if (proxy == null) {
            if (checked.containsKey(set.getMetadata().getUid())) {
                delete(set);
            }
            return;
        }
        Checked last = checked.get(set.getMetadata().getUid());
        if (last != null
                && last.proxy().equals(proxy)
                && last.at().isAfter(clock.instant().minus(COMPARE_PERIOD))) {
            return;
        }
        write(desired(set, proxies.resolve(set.getMetadata().getNamespace(), proxy)));
        checked.put(set.getMetadata().getUid(), new Checked(proxy, clock.instant()));
    }

    void delete(EphemeralRunnerSet set) {
        if (checked.remove(set.getMetadata().getUid()) != null
                || set.getSpec().ephemeralRunnerSpec().proxy() != null) {
            client.secrets()
                    .inNamespace(set.getMetadata().getNamespace())
                    .withName(name(set))
                    .delete();
        }
    }

    private void write(Secret wanted) {
        Secret live = client.resource(wanted).get();
        if (live == null) {
            try {
                client.resource(wanted).create();
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e)) {
                    throw e;
                }
            }
        } else if (!wanted.getData().equals(live.getData())) {
            client.resource(wanted).update();
        }
    }

    private static Secret desired(EphemeralRunnerSet set, Map<String, String> data) {
        Map<String, String> encoded = new TreeMap<>();
        data.forEach((key, value) ->
                encoded.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        Map<String, String> labels = new TreeMap<>(set.getMetadata().getLabels());
        labels.keySet().retainAll(java.util.Set.of(Labels.SCALE_SET_NAME, Labels.SCALE_SET_NAMESPACE));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(set))
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Owners.controller(set))
                .endMetadata()
                .withData(encoded)
                .build();
    }

    private static String name(EphemeralRunnerSet set) {
        return ScaleSetNames.runnerProxySecret(
                set.getMetadata().getNamespace(), set.getMetadata().getName());
    }
}
