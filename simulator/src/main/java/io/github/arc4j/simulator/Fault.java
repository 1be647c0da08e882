package io.github.arc4j.simulator;

import java.time.Duration;
import java.util.Map;

/**
 * What goes wrong with calls of the wire protocol. Starts as a dropped connection, once, before the call has any effect; the methods give
 * changed copies: {@code Fault.on("POST", ".*&#47;sessions").answering(503, "").times(2)}.
 *
 * @param method regular expression that the whole method matches
 * @param path regular expression that the whole path (without query) matches
 * @param times how many calls it hits; negative: no limit
 * @param probability share of matching calls that it hits, 0 to 1
 * @param afterEffect whether the service does what it was asked before things go wrong; where the client gets the true answer it does in
 *     any case
 * @param status of {@link Action#ANSWER}
 * @param body of {@link Action#ANSWER} and {@link Action#ADD_ELEMENTS}
 * @param headers of {@link Action#ANSWER}
 * @param delay of {@link Action#DELAY} and {@link Action#DRIP}; of {@link Action#HANG} and {@link Action#STALL}, before the connection is
 *     dropped
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
        Duration delay) {

    /** What the client sees. */
    public enum Action {
        /** Another answer. */
        ANSWER,
        /** The connection is closed without an answer. */
        DROP,
        /** The true status and length, but only the first half of the body. */
        TRUNCATE,
        /** As {@link #TRUNCATE}, but the connection stays open for a time. */
        STALL,
        /** The true message of a poll, with the elements of {@code body}, a JSON array, in front of its own. */
        ADD_ELEMENTS,
        /** Status 200 with bytes that mean nothing. */
        GARBAGE,
        /** No answer for a time, then the connection is closed. */
        HANG,
        /** The true answer, late. */
        DELAY,
        /** The true answer, its body byte by byte over that time. */
        DRIP
    }

    /** A fault for calls whose method and path match. */
    public static Fault on(String method, String path) {
        return new Fault(method, path, 1, 1, false, Action.DROP, 500, "", Map.of(), Duration.ofMinutes(10));
    }

    public Fault answering(int newStatus, String newBody) {
        return answering(newStatus, newBody, Map.of("Content-Type", "application/json"));
    }

    public Fault answering(int newStatus, String newBody, Map<String, String> newHeaders) {
        return new Fault(
                method, path, times, probability, afterEffect, Action.ANSWER, newStatus, newBody, newHeaders, delay);
    }

    /**
     * Refuses the call for too many requests.
     *
     * @param retryAfter what the header {@code Retry-After} says: seconds, also 0 or absurdly many, or an HTTP date, also one that has passed
     */
    public Fault limitingRate(String retryAfter) {
        return answering(429, "{}", Map.of("Content-Type", "application/json", "Retry-After", retryAfter));
    }

    public Fault dropping() {
        return acting(Action.DROP);
    }

    public Fault truncating() {
        return acting(Action.TRUNCATE);
    }

    public Fault stalling(Duration time) {
        return acting(Action.STALL).lasting(time);
    }

    /** Puts these elements, a JSON array, in front of a message's own. They may be of any type, and need not be objects. */
    public Fault addingElements(String elements) {
        return new Fault(
                method, path, times, probability, afterEffect, Action.ADD_ELEMENTS, status, elements, headers, delay);
    }

    public Fault garbage() {
        return acting(Action.GARBAGE);
    }

    public Fault hanging(Duration time) {
        return acting(Action.HANG).lasting(time);
    }

    public Fault delaying(Duration time) {
        return acting(Action.DELAY).lasting(time);
    }

    public Fault dripping(Duration time) {
        return acting(Action.DRIP).lasting(time);
    }

    /** Hits this many calls; negative: all. */
    public Fault times(int calls) {
        return new Fault(method, path, calls, probability, afterEffect, action, status, body, headers, delay);
    }

    /** Hits this share of the calls, without a limit of their number. */
    public Fault randomly(double share) {
        return new Fault(method, path, -1, share, afterEffect, action, status, body, headers, delay);
    }

    public Fault afterTheEffect() {
        return new Fault(method, path, times, probability, true, action, status, body, headers, delay);
    }

    /** Whether the service does what it was asked: the true answer needs it. */
    public boolean hasEffect() {
        return afterEffect
                || switch (action) {
                    case TRUNCATE, STALL, ADD_ELEMENTS, DELAY, DRIP -> true;
                    case ANSWER, DROP, GARBAGE, HANG -> false;
                };
    }

    private Fault acting(Action newAction) {
        return new Fault(method, path, times, probability, afterEffect, newAction, status, body, headers, delay);
    }

    private Fault lasting(Duration time) {
        return new Fault(method, path, times, probability, afterEffect, action, status, body, headers, time);
    }
}
