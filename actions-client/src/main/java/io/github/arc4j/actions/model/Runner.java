package io.github.arc4j.actions.model;

/**
 * A registered runner.
 *
 * @param id the runner's id, greater than 0
 * @param name the runner's name
 * @param runnerScaleSetId the scale set it belongs to
 * @param status whether the runner is connected: the field {@code status} of the Actions service's agent, whose values
 *     {@code online} and {@code offline} are those of {@code TaskAgentStatus} in the REST API of Azure DevOps, from
 *     which the service descends
 */
public record Runner(long id, String name, int runnerScaleSetId, RunnerStatus status) {
    /** Replaces null, as read from the service, with an empty string. */
    public Runner {
        name = name == null ? "" : name;
    }

    /**
     * Creates a runner whose status is unknown.
     *
     * @param id the id
     * @param name the name
     * @param runnerScaleSetId the scale set that the runner belongs to
     */
    public Runner(long id, String name, int runnerScaleSetId) {
        this(id, name, runnerScaleSetId, RunnerStatus.UNKNOWN);
    }
}
