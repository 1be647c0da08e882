package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How important a finding is. */
public enum Severity {
    /** Jobs do not run, or will not. */
    PROBLEM,
    /** Jobs run, but something needs attention. */
    WARNING,
    /** Could not be checked. */
    UNKNOWN,
    /** No action is needed. */
    OK;

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
