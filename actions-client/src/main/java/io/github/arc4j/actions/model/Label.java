package io.github.arc4j.actions.model;

/**
 * A label of a scale set, which workflows refer to in {@code runs-on}.
 *
 * @param type type of the label; an empty type is sent as {@code System}
 * @param name the label
 */
public record Label(String type, String name) {
    /** The default type, sent for labels with an empty type. */
    public static final String SYSTEM = "System";

    /** Replaces null, as read from the service, with an empty string. */
    public Label {
        type = type == null ? "" : type;
        name = name == null ? "" : name;
    }

    /**
     * Creates a label of type {@code System}.
     *
     * @param name the name
     * @return the label
     */
    public static Label system(String name) {
        return new Label(SYSTEM, name);
    }
}
