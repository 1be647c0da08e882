package io.github.arc4j.simulator;

/** The numbers of a scale set as they go over the wire; assigned jobs include running ones. */
public record Statistics(
        int totalAvailableJobs,
        int totalAcquiredJobs,
        int totalAssignedJobs,
        int totalRunningJobs,
        int totalRegisteredRunners,
        int totalBusyRunners,
        int totalIdleRunners) {}
