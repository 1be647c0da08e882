package io.github.arc4j.runtime;

import io.github.arc4j.process.log.LogFields;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Finds the step that ended a reconcile and the branch within it: the methods on the stack, such as {@code
 * startOrFollowPod > follow > running}. Computed only if level debug is enabled.
 */
final class StepTrace {
    /** The logger of the line with the result of a reconcile. */
    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private static final StackWalker STACK = StackWalker.getInstance();
    private static final String STEPS = Step.class.getName();
    /** Steps are shallow. A stop that is created outside of a step has no name. */
    private static final int MAX_DEPTH = 32;

    private StepTrace() {}

    /** The methods from the current step to the caller; empty unless level debug is enabled. */
    static String current() {
        return log.isDebugEnabled() ? STACK.walk(StepTrace::path) : "";
    }

    /** The name; empty unless level debug is enabled. */
    static String named(String where) {
        return log.isDebugEnabled() ? where : "";
    }

    /** Adds the step that ended the reconcile to this thread's log lines. */
    static void ended(Step.Stop stop) {
        if (!stop.where().isEmpty()) {
            MDC.put(LogFields.STEP, stop.where());
        }
    }

    /** Walks no further than to the step: each frame costs more than the rest. */
    private static String path(Stream<StackFrame> innermostFirst) {
        List<String> methods = new ArrayList<>();
        Iterator<StackFrame> frames = innermostFirst.limit(MAX_DEPTH).iterator();
        while (frames.hasNext()) {
            StackFrame frame = frames.next();
            if (isRun(frame)) {
                return String.join(" > ", methods.reversed());
            }
            if (!isOfSteps(frame)) {
                methods.add(frame.getMethodName());
            }
        }
        return "";
    }

    private static boolean isRun(StackFrame frame) {
        return frame.getClassName().equals(STEPS) && frame.getMethodName().equals("run");
    }

    /** The factory methods of steps, and this class. */
    private static boolean isOfSteps(StackFrame frame) {
        return frame.getClassName().startsWith(STEPS);
    }
}
