package io.github.arc4j.actions;

import java.util.List;
import java.util.Optional;

/**
 * The calls of the Actions service for scale sets and their runners. Every call throws a subclass of {@link
 * ActionsException} when it fails after its retries, and {@link InterruptedException} when its thread is interrupted.
 */
public interface ScaleSetApi {
    /**
     * Finds a runner group.
     *
     * @throws RunnerGroupNotFoundException if there is none of this name
     */
    RunnerGroup getRunnerGroup(String name) throws InterruptedException;

    /** Finds a scale set by group and name. */
    Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException;

    /** Gets a scale set by its id. */
    Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException;

    /**
     * Creates a scale set. Not repeated once a request may have had its effect: if the failure says {@link
     * ActionsException#outcomeUnknown()}, look for the scale set before creating again.
     *
     * @param scaleSet name or labels are required; without labels the name becomes the label
     * @throws IllegalArgumentException if it has neither name nor labels
     */
    RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException;

    /**
     * Changes a scale set.
     *
     * @param changes what is zero, empty or null stays as it is
     * @throws ScaleSetNotFoundException if there is none
     */
    RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException;

    /** Deletes a scale set; one that doesn't exist is fine. */
    void deleteScaleSet(int id) throws InterruptedException;

    /**
     * Registers a runner and makes the configuration to start it. Not repeated once a request may have had its effect:
     * if the failure says {@link ActionsException#outcomeUnknown()}, look for a runner of this name.
     *
     * @param runnerName name of the runner
     * @param workFolder work folder of the runner, may be empty
     * @throws RunnerExistsException if there is a runner of this name
     * @throws ScaleSetNotFoundException if the scale set is gone
     */
    JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder) throws InterruptedException;

    /** Gets a runner by its id. */
    Optional<Runner> getRunner(long id) throws InterruptedException;

    /** Finds a runner by its name. */
    Optional<Runner> findRunner(String name) throws InterruptedException;

    /**
     * Removes a runner; one that doesn't exist is fine.
     *
     * @throws JobStillRunningException if the runner has a job
     */
    void removeRunner(long id) throws InterruptedException;

    /**
     * Lists jobs that wait to be acquired, which may be more than the messages told of. The Go library has no such call
     * any more; not every service may answer it.
     *
     * @throws UnsupportedOperationException if an implementation other than {@link ActionsClient} does not offer it
     */
    default List<JobAvailable> acquirableJobs(int scaleSetId) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the message session of a scale set.
     *
     * @param owner who holds the session, such as the host name
     * @throws SessionConflictException if another session is open
     * @throws ScaleSetNotFoundException if the scale set is gone
     */
    MessageSession openSession(int scaleSetId, String owner) throws InterruptedException;
}
