package io.github.arc4j.actions;

/**
 * A label of a scale set, which jobs name in {@code runs-on}.
 *
 * @param type kind of label; empty becomes {@code System} when sent
 * @param name the label
 */
public record Label(String type, String name) {
    /** The type of labels without a type. */
    public static final String SYSTEM = "System";

    /** Replaces null, as read from the service, by an empty text. */
    public Label {
        type = type == null ? "" : type;
        name = name == null ? "" : name;
    }

    /** A label of type {@code System}. */
    public static Label system(String name) {
        return new Label(SYSTEM, name);
    }
}
