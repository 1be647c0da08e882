package io.github.arc4j.actions;

/**
 * Identifies the caller; sent as JSON in the header {@code User-Agent}, as in the Go library.
 *
 * @param system the calling system, such as {@code actions-runner-controller}
 * @param version version of the calling system
 * @param commitSha commit from which the calling system was built
 * @param scaleSetId scale set that the calls are for, 0 while unknown
 * @param subsystem component of the system
 */
public record UserAgent(String system, String version, String commitSha, int scaleSetId, String subsystem) {
    /**
     * Identifies a system that has no components and does not know its commit.
     *
     * @param system name of the calling system
     * @param version version of the system
     * @return the user agent
     */
    public static UserAgent of(String system, String version) {
        return new UserAgent(system, version, "unknown", 0, system);
    }

    /**
     * {@return a copy with another scale set id}
     *
     * @param id id of the scale set
     */
    public UserAgent withScaleSetId(int id) {
        return new UserAgent(system, version, commitSha, id, subsystem);
    }
}
