package io.github.arc4j.actions;

/**
 * A runner group.
 *
 * @param id the group's id
 * @param name the group's name
 * @param size number of runners in it
 * @param defaultGroup whether it is the default group
 */
public record RunnerGroup(int id, String name, long size, boolean defaultGroup) {
    /** Replaces null, as read from the service, by an empty text. */
    public RunnerGroup {
        name = name == null ? "" : name;
    }
}
