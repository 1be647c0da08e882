package io.github.arc4j.simulator;

/**
 * Statistics of a scale set in their wire format.
 *
 * @param totalAvailableJobs jobs that are offered to the scale set
 * @param totalAcquiredJobs jobs that the listener has acquired, and that are not assigned yet
 * @param totalAssignedJobs jobs that are assigned to the scale set, including running ones
 * @param totalRunningJobs jobs that run
 * @param totalRegisteredRunners registered runners, online or not
 * @param totalBusyRunners runners with a job
 * @param totalIdleRunners runners that are online and have no job
 */
public record Statistics(
        int totalAvailableJobs,
        int totalAcquiredJobs,
        int totalAssignedJobs,
        int totalRunningJobs,
        int totalRegisteredRunners,
        int totalBusyRunners,
        int totalIdleRunners) {}
