package io.github.arc4j.controller.autoscalingrunnerset;

/** When a change of the runners' template takes effect. */
public enum UpdateStrategy {
    /** At once: idle runners are replaced, busy ones finish their jobs beside the new ones. */
    IMMEDIATE,
    /** When all runners have gone: the listener stops, busy runners finish their jobs, then the scale set goes on. */
    EVENTUAL
}
