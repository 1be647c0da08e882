package io.github.arc4j.process.log;

import java.util.Locale;

/** The format of log lines. */
public enum LogFormat {
    TEXT,
    JSON;

    /**
     * Parses exactly {@code text} or {@code json}.
     *
     * @throws IllegalArgumentException for anything else; the message lists the valid values
     */
    public static LogFormat parse(String name) {
        return switch (name) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default ->
                throw new IllegalArgumentException("invalid log format: \"" + name + "\" (must be text or json)");
        };
    }

    /** The name as it is spelled in flags and configuration files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
