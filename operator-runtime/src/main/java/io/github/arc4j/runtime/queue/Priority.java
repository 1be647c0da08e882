package io.github.arc4j.runtime.queue;

/** How urgent a waiting key is; {@link WorkQueue} states in which order keys are taken. */
public enum Priority {
    /** Changes that a user or a job waits for: a changed spec, a deletion. */
    HIGH(100),
    /** All other changes while the process runs. */
    NORMAL(0),
    /** Objects that existed before the process started; there may be many, and they rarely need anything. */
    LOW(-100);

    private final int level;

    Priority(int level) {
        this.level = level;
    }

    /** The number in metrics, as in controller-runtime: 0, and -100 for the initial list. */
    public int level() {
        return level;
    }

    boolean isAbove(Priority other) {
        return level > other.level;
    }

    Priority max(Priority other) {
        return other.isAbove(this) ? other : this;
    }
}
