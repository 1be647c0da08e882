package io.github.arc4j.cli.report;

/** Formats of the output. */
public enum Format {
    table,
    json,
    yaml
}
