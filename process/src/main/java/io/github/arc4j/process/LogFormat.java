package io.github.arc4j.process;

import java.util.Locale;

/** How a log line is written. */
public enum LogFormat {
    TEXT,
    JSON;

    /**
     * Reads exactly {@code text} or {@code json}.
     *
     * @throws IllegalArgumentException for anything else; the message says what is possible
     */
    public static LogFormat parse(String name) {
        return switch (name) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default ->
                throw new IllegalArgumentException("invalid log format: \"" + name + "\" (must be text or json)");
        };
    }

    /** The name as flags and configuration files spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
