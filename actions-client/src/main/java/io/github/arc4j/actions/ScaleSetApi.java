package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.JobStillRunningException;
import io.github.arc4j.actions.errors.RunnerExistsException;
import io.github.arc4j.actions.errors.RunnerGroupNotFoundException;
import io.github.arc4j.actions.errors.ScaleSetExistsException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The calls of the Actions service for scale sets and their runners. Every call throws a subclass of
 * {@link ActionsException} when all its attempts have failed, and {@link InterruptedException} when its thread is
 * interrupted.
 */
public interface ScaleSetApi {
    /**
     * Finds a runner group.
     *
     * @param name the name
     * @return the group
     * @throws RunnerGroupNotFoundException if no group has this name
     * @throws InterruptedException if the thread is interrupted
     */
    RunnerGroup getRunnerGroup(String name) throws InterruptedException;

    /**
     * Finds a scale set by group and name.
     *
     * @param runnerGroupId id of the runner group
     * @param name the name
     * @return the scale set, empty if there is none
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException;

    /**
     * Gets a scale set by its id.
     *
     * @param id the id
     * @return the scale set, empty if it does not exist
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException;

    /**
     * Creates a scale set. The call is not retried once a request may have taken effect: if the exception reports
     * {@link ActionsException#outcomeUnknown()}, check whether the scale set exists before you retry.
     *
     * @param scaleSet name or labels are required; without labels, the name becomes the label
     * @return the scale set with its id
     * @throws ScaleSetExistsException if the runner group has a scale set with this name
     * @throws IllegalArgumentException if the scale set has neither a name nor labels
     * @throws InterruptedException if the thread is interrupted
     */
    RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException;

    /**
     * Updates a scale set.
     *
     * @param id the id
     * @param changes fields that are zero, empty or null remain unchanged
     * @return the changed scale set
     * @throws ScaleSetNotFoundException if the scale set does not exist
     * @throws InterruptedException if the thread is interrupted
     */
    RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException;

    /**
     * Deletes a scale set. Succeeds if the scale set does not exist.
     *
     * @param id the id
     * @throws InterruptedException if the thread is interrupted
     */
    void deleteScaleSet(int id) throws InterruptedException;

    /**
     * Registers a runner and generates the configuration to start it. The call is not retried once a request may have
     * taken effect: if the exception reports {@link ActionsException#outcomeUnknown()}, check whether a runner with
     * this name exists.
     *
     * @param scaleSetId id of the scale set
     * @param runnerName name of the runner
     * @param workFolder work folder of the runner, may be empty
     * @return the registered runner and its configuration
     * @throws RunnerExistsException if a runner with this name exists
     * @throws ScaleSetNotFoundException if the scale set does not exist
     * @throws InterruptedException if the thread is interrupted
     */
    JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder) throws InterruptedException;

    /**
     * Gets a runner by its id.
     *
     * @param id the id
     * @return the runner, empty if it does not exist
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<Runner> getRunner(long id) throws InterruptedException;

    /**
     * Finds a runner by its name.
     *
     * @param name the name
     * @return the runner, empty if there is none
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<Runner> findRunner(String name) throws InterruptedException;

    /**
     * Removes a runner. Succeeds if the runner does not exist.
     *
     * @param id the id
     * @throws JobStillRunningException if the runner is running a job
     * @throws InterruptedException if the thread is interrupted
     */
    void removeRunner(long id) throws InterruptedException;

    /**
     * Lists jobs that are available to acquire, which may be more than the messages announced. The current Go library
     * no longer has this call, and not every service may support it.
     *
     * @param scaleSetId id of the scale set
     * @return the jobs
     * @throws UnsupportedOperationException if an implementation other than {@link ActionsClient} does not support the
     *     call
     * @throws InterruptedException if the thread is interrupted
     */
    default List<JobAvailable> acquirableJobs(int scaleSetId) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the message session of a scale set.
     *
     * @param scaleSetId id of the scale set
     * @param owner name of the session's owner, such as the host name. Use one name per program: the service may give
     *     the session of an owner to a new one of the same name, which helps a program that restarts after a crash but
     *     lets two programs of one name end each other's sessions
     * @return the session, to be closed by the caller
     * @throws SessionConflictException if another session is open
     * @throws ScaleSetNotFoundException if the scale set does not exist
     * @throws InterruptedException if the thread is interrupted
     */
    MessageSession openSession(int scaleSetId, String owner) throws InterruptedException;

    /**
     * Deletes a message session that was opened by a process which has died, so that a new one can be opened: the
     * service would keep it for minutes. Succeeds if the session does not exist.
     *
     * @param scaleSetId id of the scale set
     * @param session the session's id
     * @throws UnsupportedOperationException if an implementation other than {@link ActionsClient} does not support the
     *     call
     * @throws InterruptedException if the thread is interrupted
     */
    default void deleteSession(int scaleSetId, UUID session) throws InterruptedException {
        throw new UnsupportedOperationException();
    }
}
