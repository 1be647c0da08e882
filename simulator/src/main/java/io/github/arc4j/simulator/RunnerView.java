package io.github.arc4j.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered runner.
 *
 * @param online whether its runner call is connected
 * @param jobId number of the job that it runs, as in {@link JobView#id()}; 0 while idle
 * @param lastConnectedAt null if it was never online
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
