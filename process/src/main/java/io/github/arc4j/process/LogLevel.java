package io.github.arc4j.process;

import java.util.Locale;
import java.util.logging.Level;

/** The least severe lines that are logged. */
public enum LogLevel {
    DEBUG(Level.FINE),
    INFO(Level.INFO),
    WARN(Level.WARNING),
    ERROR(Level.SEVERE);

    private final Level jul;

    LogLevel(Level jul) {
        this.jul = jul;
    }

    /**
     * Reads {@code debug}, {@code info}, {@code warn} or {@code error}, in any case.
     *
     * @throws IllegalArgumentException for anything else; the message says what is possible
     */
    public static LogLevel parse(String name) {
        for (LogLevel level : values()) {
            if (level.name().equalsIgnoreCase(name)) {
                return level;
            }
        }
        throw new IllegalArgumentException("invalid log level: \"" + name + "\" (must be debug, info, warn or error)");
    }

    Level jul() {
        return jul;
    }

    /** The name as flags and configuration files spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
