package io.github.arc4j.controller.runtime;

import java.time.Duration;

/** What one named step of a reconcile answers: go on to the next step, or end the pass with a result. */
public sealed interface Step {

    /** The next step may run. */
    record Continue() implements Step {}

    /**
     * The pass ends here.
     *
     * @param result what becomes of the key
     * @param where the methods that led here, for the log; empty unless debug lines are logged
     */
    record Stop(Result result, String where) implements Step {
        public Stop(Result result) {
            this(result, StepTrace.current());
        }
    }

    /** The body of a step. */
    @FunctionalInterface
    interface Body {
        Step run() throws Exception;
    }

    static Step next() {
        return new Continue();
    }

    /** Ends the pass; the next event continues. */
    static Step done() {
        return new Stop(Result.done());
    }

    /** Ends the pass; the key comes back after {@code delay}. */
    static Step after(Duration delay) {
        return new Stop(Result.after(delay));
    }

    /** Ends the pass; the key comes back rate-limited. */
    static Step retry() {
        return new Stop(Result.retry());
    }

    /**
     * Runs the steps in order until one of them ends the pass, which the last debug line of the reconcile names then.
     *
     * @return the result of the step that ended the pass; {@link Result.Done} if none did
     * @throws Exception what a step throws
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
