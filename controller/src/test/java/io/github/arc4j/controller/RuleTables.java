package io.github.arc4j.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The tables of rules in Javadoc, and their copies in the documentation. */
public final class RuleTables {
    private static final Pattern ROW = Pattern.compile("<tr>((?:<td>.*?</td>\\s*)+)</tr>");
    private static final Pattern CELL = Pattern.compile("<td>(.*?)</td>");

    private RuleTables() {}

    /** The cells of the table in the Javadoc of a class, row by row. */
    public static List<List<String>> ofJavadoc(Class<?> rules) {
        Path source = Path.of("src/main/java", rules.getName().replace('.', '/') + ".java");
        String text = read(source).replaceAll("\\R \\* *", " ").replaceAll("\\{@code ([^}]*)}", "$1");
        return ROW.matcher(text)
                .results()
                .map(row -> CELL.matcher(row.group(1))
                        .results()
                        .map(cell -> cell.group(1).replaceAll("\\s+", " ").strip())
                        .toList())
                .toList();
    }

    /** The rows of all tables under a heading of a document, in which reasons are in code style. */
    public static List<List<String>> ofDocument(String document, String heading) {
        String section = Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## |\\z)")
                .matcher(read(Path.of("../docs", document)))
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no heading " + heading + " in " + document));
        return section.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("|--") && !line.startsWith("| When"))
                .map(line -> Arrays.stream(line.strip().split("\\|", -1))
                        .skip(1)
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .map(cells -> cells.subList(0, cells.size() - 1))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
