package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/** Order of resource versions: decimal numbers that grow with every write (Kubernetes documents it since 1.35). */
public final class ResourceVersion {
    private ResourceVersion() {}

    /**
     * Whether {@code object} is newer than version {@code other}. Versions that cannot be ordered, because one is missing
     * or no number, count as newer unless they are equal: better to look at an old object once more than to miss a new one.
     */
    static boolean isNewer(HasMetadata object, @Nullable String other) {
        String version = object.getMetadata().getResourceVersion();
        if (version == null || other == null) {
            return true;
        }
        return isNumber(version) && isNumber(other) ? isNewer(version, other) : !version.equals(other);
    }

    /** Whether {@code version} is surely newer than {@code other}: both are numbers, and it is the greater one. */
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
