package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.github.arc4j.controller.runners.RunnerEnding;

/**
 * How many runners a set creates or deletes now. The numbers depend on nothing but these inputs, and only {@link
 * #decide} computes them.
 *
 * <p>In the example, the listener requests 12 runners, and the set has 6. Three are missing, because a former set has
 * one and two have just ended. Two of the three are created now, the third one when the departing runner has ended.
 *
 * <table>
 * <caption>The inputs</caption>
 * <tr><th>input<th>example<th>meaning
 * <tr><td>desired<td>12<td>What the listener requests: the jobs that GitHub considers unfinished plus {@code
 *     minRunners}, but at most {@code maxRunners}
 * <tr><td>patchId<td>17<td>The number of the listener's request. With 0, no jobs are left, so surplus runners may be
 *     deleted
 * <tr><td>fulfilledPatchId<td>16<td>The latest request that was fulfilled. Each one is fulfilled once: runners that end
 *     afterwards are not replaced, because the next request will not include their jobs. Request 0 stays in force
 * <tr><td>existing<td>6<td>Runners of the set that are pending, running or failed, and not being deleted
 * <tr><td>inFormerSets<td>1<td>Runners that former sets of the scale set still have; {@code desired} counts their jobs
 * <tr><td>endedButCounted<td>2<td>Runners that have ended, but whose jobs {@code desired} still includes: it will
 *     decrease
 * <tr><td>runningButUncounted<td>0<td>Runners that are about to end, and whose jobs {@code desired} no longer includes:
 *     they take no other job, so they are not surplus
 * <tr><td>departing<td>1<td>Runners being deleted that may still take or finish a job; their replacements wait until
 *     they no longer can
 * <tr><td>replacementsDue<td>0<td>Runners that were deleted to be replaced: others are created even if the request has
 *     been fulfilled
 * <tr><td>staleJobs<td>0<td>Jobs that {@code desired} includes, but that are considered not to exist
 * <tr><td>creationLimit<td>no limit<td>How many may be created now: 0 or 1 while no runner of the set can start, and
 *     fewer than are missing while replacements for failed runners are delayed
 * </table>
 *
 * <p>The numbers of runners are not negative; {@code desired} may be any number, because users can write the field.
 */
public record RunnerCount(
        int desired,
        int patchId,
        int fulfilledPatchId,
        int existing,
        int inFormerSets,
        int endedButCounted,
        int runningButUncounted,
        int departing,
        int replacementsDue,
        int staleJobs,
        int creationLimit) {

    public RunnerCount {
        desired = Math.max(0, desired); // far below zero the differences would overflow
        staleJobs = Math.min(staleJobs, desired);
    }

    /** Why this number of runners is created or deleted. */
    public enum Reason {
        REQUESTED("the listener requests more"),
        REPLACING("replacements for deleted ones"),
        SURPLUS(RunnerEnding.SURPLUS.cause()),
        ENOUGH("there are enough"),
        JOBS_ENDING("jobs that have ended are still counted"),
        DEPARTING("others are still being deleted"),
        NOT_STARTING("none of the set's runners can start, or replacements for failed ones are delayed"),
        FULFILLED("the listener has made no request since the latest runner ended");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * What to do now; at least one of the two numbers is 0.
     *
     * @param waitsForDepartures whether more can be created as soon as departing runners have ended
     */
    public record Decision(int create, int delete, Reason reason, boolean waitsForDepartures) {}

    public Decision decide() {
        int due = isNewRequest() ? missing() : Math.min(missing(), replacementsDue);
        int room = missing() - departing;
        int create = Math.max(0, Math.min(Math.min(due, room), creationLimit));
        int delete = patchId == 0 || staleJobs > 0 ? Math.max(0, surplus()) : 0;
        return new Decision(create, delete, reason(create, delete, due, room), due > Math.max(0, room));
    }

    private Reason reason(int create, int delete, int due, int room) {
        if (create > 0) {
            return isNewRequest() ? Reason.REQUESTED : Reason.REPLACING;
        } else if (delete > 0) {
            return Reason.SURPLUS;
        } else if (due > 0) {
            return room > 0 ? Reason.NOT_STARTING : Reason.DEPARTING;
        } else if (missing() > 0) {
            return Reason.FULFILLED;
        }
        return missing() + endedButCounted > 0 ? Reason.JOBS_ENDING : Reason.ENOUGH;
    }

    /** The same while the replacements for this number of failed runners are delayed. */
    RunnerCount whileWaiting(int replacements) {
        return replacements == 0
                ? this
                : new RunnerCount(
                        desired,
                        patchId,
                        fulfilledPatchId,
                        existing,
                        inFormerSets,
                        endedButCounted,
                        runningButUncounted,
                        departing,
                        replacementsDue,
                        staleJobs,
                        Math.min(creationLimit, Math.max(0, missing() - replacements)));
    }

    /** Whether the request is still to be fulfilled. */
    boolean isNewRequest() {
        return patchId == 0 || patchId != fulfilledPatchId;
    }

    /** Runners to create until there are as many as desired. */
    int missing() {
        return desired - staleJobs - existing - inFormerSets - endedButCounted;
    }

    private int surplus() {
        return existing - runningButUncounted - (desired - staleJobs);
    }

    /** Whether the request is fulfilled after this number of runners has been created. */
    boolean isFulfilledBy(int created) {
        return surplus() + created >= 0;
    }

    /** How many of the replacements are no longer due: those that were created, or all if no runner is missing. */
    int replacementsDone(int created) {
        return created < missing() ? created : replacementsDue;
    }
}
