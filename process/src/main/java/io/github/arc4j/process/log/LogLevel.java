package io.github.arc4j.process.log;

import java.util.Locale;
import java.util.logging.Level;

/** The lowest severity that is logged. */
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
     * Parses {@code debug}, {@code info}, {@code warn} or {@code error}, ignoring case.
     *
     * @throws IllegalArgumentException for anything else; the message lists the valid values
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

    /** The name as it is spelled in flags and configuration files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
