package io.github.arc4j.simulator.faults;

import java.time.Duration;
import java.util.Map;

/**
 * A failure of calls of the wire protocol. By default, the connection of one call is dropped before the call has any
 * effect; the methods return modified copies: <code>Fault.on("POST", ".*&#47;sessions").answering(503, "").times(2)</code>.
 *
 * @param method regular expression that matches the whole method
 * @param path regular expression that matches the whole path (without query)
 * @param times number of calls that fail; negative: no limit
 * @param probability share of matching calls that fail, 0 to 1
 * @param afterEffect whether the service processes the request before the failure; if the client gets the real
 *     response, the request is always processed
 * @param action what the client sees
 * @param status for {@link Action#ANSWER}
 * @param body for {@link Action#ANSWER}, elements for {@link Action#ADD_ELEMENTS}
 * @param headers for {@link Action#ANSWER}
 * @param delay duration of {@link Action#DELAY} and {@link Action#DRIP}; for {@link Action#HANG} and
 *     {@link Action#STALL}, time before the connection is dropped
 * @param jobs for {@link Action#ADD_ASSIGNED_JOBS}
 */
public record Fault(
        String method,
        String path,
        int times,
        double probability,
        boolean afterEffect,
        Action action,
        int status,
        String body,
        Map<String, String> headers,
        Duration delay,
        int jobs) {

    /** The effect that the client sees. */
    public enum Action {
        /** A different response. */
        ANSWER,
        /** The connection is closed without a response. */
        DROP,
        /** The real status and length, but only the first half of the body. */
        TRUNCATE,
        /** As {@link #TRUNCATE}, but the connection stays open for some time. */
        STALL,
        /** The real message of a poll, with the elements of {@code body}, a JSON array, before its own. */
        ADD_ELEMENTS,
        /** The real response, whose statistics count more assigned jobs than there are. */
        ADD_ASSIGNED_JOBS,
        /** Status 200 with meaningless bytes. */
        GARBAGE,
        /** No response for some time, then the connection is closed. */
        HANG,
        /** The real response, delayed. */
        DELAY,
        /** The real response, with its body sent byte by byte over the delay. */
        DRIP
    }

    /**
     * Drops the connection of one call.
     *
     * @param method regular expression that matches the whole method
     * @param path regular expression that matches the whole path (without query)
     * @return the fault, from which other ones can be derived
     */
    public static Fault on(String method, String path) {
        return new Fault(method, path, 1, 1, false, Action.DROP, 500, "", Map.of(), Duration.ofMinutes(10), 0);
    }

    /**
     * Stale statistics: until the fault is removed, everything that reports statistics to a listener (messages, opened
     * and refreshed sessions) counts more assigned jobs than there are. As on GitHub, a listener only learns that the
     * number has changed, in either direction, when it gets the next message or session. Of the faults of one
     * call, the first that was added takes effect, so faults of other kinds must be added before this one.
     *
     * @param jobs number of assigned jobs that do not exist
     * @return the fault, without a limit on the number of calls
     */
    public static Fault staleStatistics(int jobs) {
        return on("GET|POST|PATCH", ".*/runnerscalesets/\\d+/(messages|sessions(/.+)?)")
                .addingAssignedJobs(jobs)
                .times(-1);
    }

    /**
     * Responds with JSON.
     *
     * @param newStatus status of the response
     * @param newBody body of the response
     * @return a copy with {@link Action#ANSWER}
     */
    public Fault answering(int newStatus, String newBody) {
        return answering(newStatus, newBody, Map.of("Content-Type", "application/json"));
    }

    /**
     * Responds with these headers only.
     *
     * @param newStatus status of the response
     * @param newBody body of the response
     * @param newHeaders headers of the response
     * @return a copy with {@link Action#ANSWER}
     */
    public Fault answering(int newStatus, String newBody, Map<String, String> newHeaders) {
        return new Fault(
                method,
                path,
                times,
                probability,
                afterEffect,
                Action.ANSWER,
                newStatus,
                newBody,
                newHeaders,
                delay,
                jobs);
    }

    /**
     * Rejects the call with 429 (too many requests).
     *
     * @param retryAfter value of the header {@code Retry-After}: seconds, possibly 0 or absurdly many, or an HTTP date,
     *     possibly in the past
     * @return a copy with {@link Action#ANSWER}
     */
    public Fault limitingRate(String retryAfter) {
        return answering(429, "{}", Map.of("Content-Type", "application/json", "Retry-After", retryAfter));
    }

    /** {@return a copy with {@link Action#DROP}} */
    public Fault dropping() {
        return acting(Action.DROP);
    }

    /** {@return a copy with {@link Action#TRUNCATE}} */
    public Fault truncating() {
        return acting(Action.TRUNCATE);
    }

    /**
     * Sends half of the body.
     *
     * @param time how long the connection then stays open
     * @return a copy with {@link Action#STALL}
     */
    public Fault stalling(Duration time) {
        return acting(Action.STALL).lasting(time);
    }

    /**
     * Prepends elements to a message's own.
     *
     * @param elements a JSON array, whose elements may be of any type, not only objects
     * @return a copy with {@link Action#ADD_ELEMENTS}
     */
    public Fault addingElements(String elements) {
        return new Fault(
                method,
                path,
                times,
                probability,
                afterEffect,
                Action.ADD_ELEMENTS,
                status,
                elements,
                headers,
                delay,
                jobs);
    }

    /**
     * Changes {@code totalAssignedJobs} in the statistics of a response; other responses are unchanged.
     *
     * @param number added to the real number
     * @return a copy with {@link Action#ADD_ASSIGNED_JOBS}
     */
    public Fault addingAssignedJobs(int number) {
        return new Fault(
                method,
                path,
                times,
                probability,
                afterEffect,
                Action.ADD_ASSIGNED_JOBS,
                status,
                body,
                headers,
                delay,
                number);
    }

    /** {@return a copy with {@link Action#GARBAGE}} */
    public Fault garbage() {
        return acting(Action.GARBAGE);
    }

    /**
     * Does not respond.
     *
     * @param time how long the connection stays open
     * @return a copy with {@link Action#HANG}
     */
    public Fault hanging(Duration time) {
        return acting(Action.HANG).lasting(time);
    }

    /**
     * Delays the response.
     *
     * @param time delay of the real response
     * @return a copy with {@link Action#DELAY}
     */
    public Fault delaying(Duration time) {
        return acting(Action.DELAY).lasting(time);
    }

    /**
     * Sends the body of the response slowly.
     *
     * @param time how long the real body takes, byte by byte
     * @return a copy with {@link Action#DRIP}
     */
    public Fault dripping(Duration time) {
        return acting(Action.DRIP).lasting(time);
    }

    /**
     * Limits the number of calls.
     *
     * @param calls number of calls that fail; negative: no limit
     * @return a copy that affects at most this number of calls
     */
    public Fault times(int calls) {
        return new Fault(method, path, calls, probability, afterEffect, action, status, body, headers, delay, jobs);
    }

    /**
     * Affects calls at random, without a limit on their number.
     *
     * @param share share of the matching calls that fail, 0 to 1
     * @return a copy that affects this share
     */
    public Fault randomly(double share) {
        return new Fault(method, path, -1, share, afterEffect, action, status, body, headers, delay, jobs);
    }

    /** {@return a copy that lets the service process the request before the failure} */
    public Fault afterTheEffect() {
        return new Fault(method, path, times, probability, true, action, status, body, headers, delay, jobs);
    }

    /** {@return whether the service processes the request, which is necessary for the real response} */
    public boolean hasEffect() {
        return afterEffect
                || switch (action) {
                    case TRUNCATE, STALL, ADD_ELEMENTS, ADD_ASSIGNED_JOBS, DELAY, DRIP -> true;
                    case ANSWER, DROP, GARBAGE, HANG -> false;
                };
    }

    private Fault acting(Action newAction) {
        return new Fault(method, path, times, probability, afterEffect, newAction, status, body, headers, delay, jobs);
    }

    private Fault lasting(Duration time) {
        return new Fault(method, path, times, probability, afterEffect, action, status, body, headers, time, jobs);
    }
}
