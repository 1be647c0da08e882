package io.github.arc4j.controller.options;

/** The process cannot start with these flags or this environment; the message is for the user. */
public final class OptionsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private OptionsException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command line is wrong: exit code 2, as Go's flag parser. */
    static OptionsException usage(String message) {
        return new OptionsException(2, message);
    }

    /** A value is not possible: exit code 1. */
    static OptionsException invalid(String message) {
        return new OptionsException(1, message);
    }

    /** The user asked for help: exit code 0. */
    static OptionsException help(String text) {
        return new OptionsException(0, text);
    }

    /** The process' exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** What to print to standard error. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
