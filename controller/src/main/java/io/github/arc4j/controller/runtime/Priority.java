package io.github.arc4j.controller.runtime;

/** Which of the waiting keys goes first. */
public enum Priority {
    /** Something that a user, or a job, waits for: an edited specification, a deletion. */
    HIGH(100),
    /** Everything else that happens while the process runs. */
    NORMAL(0),
    /** What was there before the process started; can be many, and rarely needs anything. */
    LOW(-100);

    private final int level;

    Priority(int level) {
        this.level = level;
    }

    /** The number that stands for it in metrics, as controller-runtime has them: 0, and -100 for the initial list. */
    public int level() {
        return level;
    }

    Priority max(Priority other) {
        return level >= other.level ? this : other;
    }
}
