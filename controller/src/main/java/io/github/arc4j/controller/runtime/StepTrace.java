package io.github.arc4j.controller.runtime;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Which step of a reconcile ended it, and in which of its branches: the methods on the way there, such as {@code
 * startOrFollowPod > follow > running}. Found on the stack, and only while the lines that show it are logged.
 */
final class StepTrace {
    /** Of the line that tells how a reconcile ended. */
    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private static final StackWalker STACK = StackWalker.getInstance();
    private static final String STEPS = Step.class.getName();
    /** Steps are shallow. A stop that is made elsewhere than in a step has no name. */
    private static final int DEEPEST = 32;

    private StepTrace() {}

    /** The methods from the step that runs now to the caller; empty if nobody wants to know. */
    static String current() {
        return log.isDebugEnabled() ? STACK.walk(StepTrace::path) : "";
    }

    /** Has the lines of this thread name the step that ended the reconcile. */
    static void ended(Step.Stop stop) {
        if (!stop.where().isEmpty()) {
            MDC.put(LogFields.STEP, stop.where());
        }
    }

    private static String path(Stream<StackFrame> innermostFirst) {
        List<StackFrame> frames = innermostFirst.limit(DEEPEST).toList();
        int run = 0;
        while (run < frames.size() && !isRun(frames.get(run))) {
            run++;
        }
        return run == frames.size()
                ? ""
                : frames.subList(0, run).reversed().stream()
                        .filter(frame -> !isOfSteps(frame))
                        .map(StackFrame::getMethodName)
                        .collect(Collectors.joining(" > "));
    }

    private static boolean isRun(StackFrame frame) {
        return frame.getClassName().equals(STEPS) && frame.getMethodName().equals("run");
    }

    /** The factories of steps, and this class. */
    private static boolean isOfSteps(StackFrame frame) {
        return frame.getClassName().startsWith(STEPS);
    }
}
