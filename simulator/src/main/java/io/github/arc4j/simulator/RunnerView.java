package io.github.arc4j.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered runner.
 *
 * @param id the runner's ID
 * @param name the runner's name
 * @param scaleSetId ID of the scale set to which the runner belongs
 * @param scaleSet name of the scale set to which the runner belongs
 * @param online whether the runner is connected to GitHub
 * @param busy whether the runner runs a job
 * @param jobId ID of the job that the runner runs, as in {@link JobView#id()}; 0 while idle
 * @param registeredAt when the runner was registered
 * @param lastConnectedAt when the runner was connected last; null if the runner was never online
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
