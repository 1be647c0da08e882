package io.github.arc4j.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which labels, or which annotations, of an object are read and propagated: those that the controller itself writes, and
 * as many others as it and its users need, in the order of their keys. Whoever may create an object chooses how many it
 * has. What the controller reads and what it writes must have the same limit, or it would write the rest again and again.
 */
public final class MetadataLimit {
    /** Length of a key with its value, in characters. Longer ones are those of tools. */
    public static final int MAX_LENGTH = 8 * 1024;

    private static final int MAX_ENTRIES = 128;

    /** Length of all entries, in multiples of the longest. */
    private static final int MAX_LONGEST = 4;

    /** The keys that the controller writes and reads. Their values are short. */
    private static final Set<String> OWN = Set.of(
            Labels.PART_OF,
            Labels.COMPONENT,
            Labels.CONTROLLER_NAMESPACE,
            Labels.VERSION,
            Labels.SCALE_SET_NAME,
            Labels.SCALE_SET_NAMESPACE,
            Labels.ENTERPRISE,
            Labels.ORGANIZATION,
            Labels.REPOSITORY,
            Labels.LISTENER_NAME,
            Labels.LISTENER_NAMESPACE,
            Labels.LISTENER_SHARD,
            Labels.EPHEMERAL_RUNNER,
            Labels.POD_TEMPLATE_HASH,
            Labels.BUSY,
            Labels.RUNNER_POD,
            Annotations.RUNNER_SCALE_SET_ID,
            Annotations.RUNNER_SCALE_SET_NAME,
            Annotations.RUNNER_GROUP_NAME,
            Annotations.REGISTERED_CONFIG_URL,
            Annotations.INTEGRITY_HASH,
            Annotations.LISTENER_CONFIG_HASH,
            Annotations.LEFT_SHARED_LISTENER,
            Annotations.PATCH_ID,
            Annotations.COMPLETED_RUNNERS,
            Annotations.RUNNER_ID,
            Annotations.FORCE_DELETE,
            Annotations.VALUES_HASH,
            Annotations.CLEANUP_KUBERNETES_MODE_ROLE_BINDING,
            Annotations.CLEANUP_KUBERNETES_MODE_ROLE,
            Annotations.CLEANUP_KUBERNETES_MODE_SERVICE_ACCOUNT,
            Annotations.CLEANUP_NO_PERMISSION_SERVICE_ACCOUNT,
            Annotations.CLEANUP_GITHUB_SECRET,
            Annotations.CLEANUP_MANAGER_ROLE_BINDING,
            Annotations.CLEANUP_MANAGER_ROLE,
            Annotations.LEGACY_RUNNER_SPEC_HASH);

    private final int maxLength;
    private int entries;
    private int length;
    private int ownLength;

    /**
     * Creates the limit for the labels, or the annotations, of one object.
     *
     * @param maxLength length of a key with its value, in characters
     */
    public MetadataLimit(int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * {@return whether the next entry is within the limit; entries are passed in the order of their keys}
     *
     * @param key key of a label or annotation
     * @param valueLength length of its value, in characters
     */
    public boolean admits(String key, int valueLength) {
        int size = key.length() + valueLength;
        if (size > maxLength) {
            return false;
        }
        if (OWN.contains(key) && ownLength + size <= maxLength) {
            ownLength += size;
            return true;
        }
        if (entries == MAX_ENTRIES || length + size > MAX_LONGEST * maxLength) {
            return false;
        }
        entries++;
        length += size;
        return true;
    }

    /**
     * Removes the entries beyond the limit.
     *
     * @param entries labels or annotations
     * @return a new, mutable map
     */
    public static Map<String, String> limited(Map<String, String> entries) {
        MetadataLimit limit = new MetadataLimit(MAX_LENGTH);
        Map<String, String> limited = new LinkedHashMap<>(entries);
        new TreeMap<>(entries).forEach((key, value) -> {
            if (!limit.admits(key, value.length())) {
                limited.remove(key);
            }
        });
        return limited;
    }
}
