package io.github.arc4j.controller.autoscalinglistener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import org.jspecify.annotations.Nullable;

/**
 * The shared listeners: processes that host the listeners of many scale sets each.
 *
 * @param name prefix of their names; a dash and their number follow
 * @param count how many there are; 0 if each scale set has a dedicated pod
 * @param template the labels, annotations and placement of their pods
 * @param vaultCertificates the client certificates for vaults that their pods have
 */
public record ListenerShards(String name, int count, SharedPodTemplate template, SharedCertificates vaultCertificates) {
    /** Each scale set has a dedicated listener pod. */
    public static final ListenerShards NONE = new ListenerShards("", 0);

    /** Shared listeners whose pods have no settings of their own. */
    public ListenerShards(String name, int count) {
        this(name, count, SharedPodTemplate.EMPTY, SharedCertificates.NONE);
    }

    /**
     * One shared listener.
     *
     * @param number its number, starting at 0
     * @param name name of its ServiceAccount and its Deployment
     */
    public record Shard(int number, String name) {
        String label() {
            return Integer.toString(number);
        }
    }

    /**
     * The shared listener for a listener, chosen by rendezvous hashing: when one is added or removed, only the listeners
     * that move to it or away from it change their host.
     *
     * @return null if there are no shared listeners
     */
    @Nullable Shard of(AutoscalingListener listener) {
        if (count == 0) {
            return null;
        }
        String key = listener.getMetadata().getNamespace() + "/"
                + listener.getMetadata().getName();
        int best = 0;
        for (int number = 1; number < count; number++) {
            if (Long.compareUnsigned(weight(key, number), weight(key, best)) > 0) {
                best = number;
            }
        }
        return new Shard(best, name + "-" + best);
    }

    /** FNV-1a with the finalizer of MurmurHash3, which spreads similar names. */
    private static long weight(String key, int number) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : (number + "/" + key).getBytes(UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
