package io.github.arc4j.simulator;

import java.time.Instant;

/**
 * Something that a client of the real service should not do. Equal findings are counted, not listed twice.
 *
 * @param rule short name of the rule, such as {@code user-agent}
 * @param message what was wrong
 * @param call method and path pattern of the call, such as {@code POST /_apis/runtime/runnerscalesets/{id}/sessions}
 * @param count how often
 */
public record Violation(
        String rule, String message, String call, String userAgent, int count, Instant first, Instant last) {}
