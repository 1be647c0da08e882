package io.github.arc4j.cli.report;

import io.github.arc4j.process.log.LogText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table with aligned columns, as {@code kubectl get} prints it. */
public final class Table {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headers) {
        rows.add(List.of(headers));
    }

    /** Adds a row; each value is printed with {@code toString()}. */
    public Table row(Object... cells) {
        rows.add(Stream.of(cells)
                .map(cell -> LogText.visible(String.valueOf(cell)))
                .toList());
        return this;
    }

    /** The lines, without spaces at their ends. */
    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        return String.join(
                        GAP,
                        IntStream.range(0, row.size())
                                .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - length(row.get(i))))
                                .toList())
                .stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
