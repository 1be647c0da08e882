package io.github.arc4j.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered runner.
 *
 * @param online whether the runner is connected to GitHub
 * @param jobId ID of the job that the runner runs, as in {@link JobView#id()}; 0 while idle
 * @param lastConnectedAt null if the runner was never online
 */
public record RunnerView(
        long id,
        String name,
        int scaleSetId,
        String scaleSet,
        boolean online,
        boolean busy,
        long jobId,
        Instant registeredAt,
        @Nullable Instant lastConnectedAt) {}
