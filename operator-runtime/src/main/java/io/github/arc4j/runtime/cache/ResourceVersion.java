package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The order of resource versions: decimal numbers that increase with every write (documented by Kubernetes since 1.35).
 */
public final class ResourceVersion {
    private ResourceVersion() {}

    /**
     * Whether {@code object} is newer than version {@code other}. Versions that cannot be compared, because one is
     * missing or not a number, count as newer unless they are equal: processing an old object again is better than
     * missing a new one.
     */
    static boolean isNewer(HasMetadata object, @Nullable String other) {
        String version = object.getMetadata().getResourceVersion();
        if (version == null || other == null) {
            return true;
        }
        return isNumber(version) && isNumber(other) ? isNewer(version, other) : !version.equals(other);
    }

    /** Whether {@code version} is certainly newer than {@code other}: both are numbers, and it is the greater one. */
    public static boolean isNewer(String version, String other) {
        if (!isNumber(version) || !isNumber(other)) {
            return false;
        }
        return version.length() == other.length() ? version.compareTo(other) > 0 : version.length() > other.length();
    }

    private static boolean isNumber(String version) {
        return !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
