package io.github.arc4j.controller.options;

import java.util.Locale;

/**
 * A flag that the command line may have.
 *
 * @param name without dashes
 * @param byDefault its value where it is missing
 * @param repeatable whether each of several values counts
 * @param help what it does
 */
record Flag(String name, Type type, String byDefault, boolean repeatable, String help) {

    /** What values a flag takes. */
    enum Type {
        TEXT,
        BOOLEAN,
        INTEGER,
        DURATION;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Flag text(String name, String byDefault, String help) {
        return new Flag(name, Type.TEXT, byDefault, false, help);
    }

    static Flag texts(String name, String help) {
        return new Flag(name, Type.TEXT, "", true, help);
    }

    static Flag bool(String name, String help) {
        return new Flag(name, Type.BOOLEAN, "false", false, help);
    }

    static Flag integer(String name, int byDefault, String help) {
        return new Flag(name, Type.INTEGER, Integer.toString(byDefault), false, help);
    }

    static Flag duration(String name, String byDefault, String help) {
        return new Flag(name, Type.DURATION, byDefault, false, help);
    }

    /** A flag of the system's other mode, taken so that old command lines still work. */
    static Flag legacy(String name) {
        return new Flag(name, Type.TEXT, "", true, "No effect.");
    }
}
