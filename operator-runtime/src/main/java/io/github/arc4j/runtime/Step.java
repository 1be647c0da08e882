package io.github.arc4j.runtime;

import java.time.Duration;

/** The result of one step of a reconcile: continue with the next step, or end the reconcile with a result. */
public sealed interface Step {

    /** The next step may run. */
    record Continue() implements Step {}

    /**
     * The reconcile ends.
     *
     * @param result what happens to the key
     * @param where the methods that led here, for the log; empty unless level debug is enabled
     */
    record Stop(Result result, String where) implements Step {
        public Stop(Result result) {
            this(result, StepTrace.current());
        }
    }

    @FunctionalInterface
    interface Body {
        Step run() throws Exception;
    }

    static Step next() {
        return new Continue();
    }

    /** Ends the reconcile; the next event continues it. */
    static Step done() {
        return new Stop(Result.done());
    }

    /** Ends the reconcile; the key is requeued after {@code delay}. */
    static Step after(Duration delay) {
        return new Stop(Result.after(delay));
    }

    /**
     * Ends the reconcile with a result.
     *
     * @param where names the step and the branch within it, for the log: where many reconciles end, finding them on the
     *     stack would cost more than the rest of the line
     */
    static Step stop(Result result, String where) {
        return new Stop(result, StepTrace.named(where));
    }

    /** Ends the reconcile; the key is retried with backoff. */
    static Step retry() {
        return new Stop(Result.retry());
    }

    /**
     * Runs the steps in order until one of them ends the reconcile; the last debug line of the reconcile names that
     * step.
     *
     * @return the result of the step that ended the reconcile; {@link Result.Done} if none did
     */
    static Result run(Body... steps) throws Exception {
        for (Body step : steps) {
            if (step.run() instanceof Stop stop) {
                StepTrace.ended(stop);
                return stop.result();
            }
        }
        return Result.done();
    }
}
