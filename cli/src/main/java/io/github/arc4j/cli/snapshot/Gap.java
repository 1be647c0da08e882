package io.github.arc4j.cli.snapshot;

import java.util.List;
import java.util.stream.Stream;

/**
 * Objects that could not be read.
 *
 * @param kind kind of the objects, in the plural
 * @param message why not, and what is missing in the reports
 */
public record Gap(String kind, String message) {
    @Override
    public String toString() {
        return "Not read: %s (%s)".formatted(kind, message);
    }

    /** Lines that end a report. */
    public static List<String> lines(List<Gap> gaps) {
        return gaps.isEmpty()
                ? List.of()
                : Stream.concat(Stream.of(""), gaps.stream().map(Gap::toString)).toList();
    }
}
