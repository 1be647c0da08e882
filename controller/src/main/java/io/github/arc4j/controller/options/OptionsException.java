package io.github.arc4j.controller.options;

/** Invalid flags or environment variables, or a request for help. The message is meant for the user. */
public final class OptionsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private OptionsException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** A syntax error in the command line: exit code 2, as with Go's flag parser. */
    static OptionsException usage(String message) {
        return new OptionsException(2, message);
    }

    /** An invalid value: exit code 1. */
    static OptionsException invalid(String message) {
        return new OptionsException(1, message);
    }

    /** The user asked for help: exit code 0. */
    static OptionsException help(String text) {
        return new OptionsException(0, text);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The text to print to standard error. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
