package io.github.arc4j.simulator;

import java.time.Instant;

/**
 * A protocol violation: something that a client of the real service should not do. Equal violations are counted, not
 * listed twice.
 *
 * @param rule short name of the rule, such as {@code user-agent}
 * @param message description of the violation
 * @param call method and path pattern of the call, such as {@code POST /_apis/runtime/runnerscalesets/{id}/sessions}
 * @param userAgent user agent of the client
 * @param count number of occurrences
 * @param first when it occurred first
 * @param last when it occurred last
 */
public record Violation(
        String rule, String message, String call, String userAgent, int count, Instant first, Instant last) {}
