package io.github.arc4j.actions;

/**
 * A registered runner.
 *
 * @param id the runner's id, greater than 0
 * @param name the runner's name
 * @param runnerScaleSetId the scale set it belongs to
 */
public record Runner(long id, String name, int runnerScaleSetId) {
    /** Replaces null, as read from the service, with an empty string. */
    public Runner {
        name = name == null ? "" : name;
    }
}
