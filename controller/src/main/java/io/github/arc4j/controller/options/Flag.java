package io.github.arc4j.controller.options;

import java.util.Locale;

/**
 * A command-line flag.
 *
 * @param name without dashes
 * @param byDefault the value if the flag is not given
 * @param repeatable whether the flag may be given several times and every value counts
 * @param help the description that {@code --help} prints
 */
record Flag(String name, Type type, String byDefault, boolean repeatable, String help) {

    /** The type of a flag's value. */
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

    /** A flag of the legacy mode of ARC, accepted because existing command lines may contain it. */
    static Flag legacy(String name) {
        return new Flag(name, Type.TEXT, "", true, "No effect.");
    }
}
