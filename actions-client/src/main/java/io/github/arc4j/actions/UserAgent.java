package io.github.arc4j.actions;

/**
 * Who calls; sent as JSON in the header {@code User-Agent}, as the Go library does.
 *
 * @param system the calling system, such as {@code actions-runner-controller}
 * @param version its version
 * @param commitSha commit of its build
 * @param scaleSetId scale set that the calls are for, 0 while unknown
 * @param subsystem part of the system
 */
public record UserAgent(String system, String version, String commitSha, int scaleSetId, String subsystem) {
    /** The same with another scale set. */
    public UserAgent withScaleSetId(int id) {
        return new UserAgent(system, version, commitSha, id, subsystem);
    }
}
