package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.UUID;

/**
 * A message session.
 *
 * @param id the session's ID
 * @param scaleSetId ID of its scale set
 * @param scaleSet name of its scale set
 * @param owner owner that the client has named
 * @param openedAt when it was opened
 * @param lastSeenAt when the client used it last
 * @param polling whether a poll is currently waiting for messages
 * @param pendingMessages number of delivered or pending messages that are not deleted
 */
public record SessionView(
        UUID id,
        int scaleSetId,
        String scaleSet,
        String owner,
        Instant openedAt,
        Instant lastSeenAt,
        boolean polling,
        int pendingMessages) {}
