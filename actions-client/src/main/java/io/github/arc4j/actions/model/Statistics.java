package io.github.arc4j.actions.model;

/**
 * Numbers of jobs and runners of a scale set. Every message carries the current numbers, so scale on
 * {@link #totalAssignedJobs()}.
 *
 * @param totalAvailableJobs jobs that are available to acquire
 * @param totalAcquiredJobs jobs acquired, not yet assigned
 * @param totalAssignedJobs jobs assigned to the scale set, including running jobs
 * @param totalRunningJobs jobs running on a runner
 * @param totalRegisteredRunners registered runners
 * @param totalBusyRunners runners with a job
 * @param totalIdleRunners runners without a job
 */
public record Statistics(
        int totalAvailableJobs,
        int totalAcquiredJobs,
        int totalAssignedJobs,
        int totalRunningJobs,
        int totalRegisteredRunners,
        int totalBusyRunners,
        int totalIdleRunners) {
    /** All zero. */
    public static final Statistics ZERO = new Statistics(0, 0, 0, 0, 0, 0, 0);
}
