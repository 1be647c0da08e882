package io.github.arc4j.simulator;

/** Statistics of a scale set in their wire format; assigned jobs include running ones. */
public record Statistics(
        int totalAvailableJobs,
        int totalAcquiredJobs,
        int totalAssignedJobs,
        int totalRunningJobs,
        int totalRegisteredRunners,
        int totalBusyRunners,
        int totalIdleRunners) {}
