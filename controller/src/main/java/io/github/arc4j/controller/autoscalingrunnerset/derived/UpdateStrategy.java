package io.github.arc4j.controller.autoscalingrunnerset.derived;

/** When a change of the runner template takes effect. */
public enum UpdateStrategy {
    /** Immediately: idle runners are replaced, and busy ones finish their jobs alongside the new ones. */
    IMMEDIATE,
    /**
     * When no runners are left: the listener stops, busy runners finish their jobs, then the scale set continues with
     * the change.
     */
    EVENTUAL
}
