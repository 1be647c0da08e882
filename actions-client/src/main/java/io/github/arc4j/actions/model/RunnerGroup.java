package io.github.arc4j.actions.model;

/**
 * A runner group.
 *
 * @param id the group's id
 * @param name the group's name
 * @param size number of runners in the group
 * @param defaultGroup whether the group is the default group
 */
public record RunnerGroup(int id, String name, long size, boolean defaultGroup) {
    /** Replaces null, as read from the service, with an empty string. */
    public RunnerGroup {
        name = name == null ? "" : name;
    }
}
