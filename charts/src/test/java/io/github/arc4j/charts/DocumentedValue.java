package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value with its comment in {@code values.yaml}, in the style of helm-docs: {@code # -- (type) description} above the
 * key, which may continue on the following lines and end with {@code # @default -- the effective default}. A value that
 * is not in the file, such as one within an object that is empty by default, is described by
 * {@code # its.path -- (type) description}.
 *
 * @param path names of the keys, outermost first
 * @param description empty if the value has no comment
 */
record DocumentedValue(List<String> path, String type, String fallback, String description) {

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z_]\\w*):.*");
    private static final Pattern COMMENT = Pattern.compile(" *# (.*)");
    private static final Pattern START = Pattern.compile("-- (?:\\((\\w+)\\) )?(.*)");
    private static final Pattern ABSENT = Pattern.compile("(\\w+(?:\\.\\w+)+) (-- \\(.*)");
    private static final String DEFAULT = "@default -- ";

    static List<DocumentedValue> of(Chart chart) {
        Path file = chart.path().resolve("values.yaml");
        JsonNode values = Yaml.read(file);
        Deque<String> path = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        List<DocumentedValue> found = new ArrayList<>();
        for (String line : lines(file)) {
            Matcher text = COMMENT.matcher(line);
            Matcher key = KEY.matcher(line);
            if (text.matches()) {
                if (text.group(1).startsWith("-- ")
                        || ABSENT.matcher(text.group(1)).matches()) {
                    absent(comment).ifPresent(found::add);
                    comment.clear();
                }
                comment.add(text.group(1));
                continue;
            }
            absent(comment).ifPresent(found::add);
            if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                found.add(of(List.copyOf(path), comment, values.at("/" + String.join("/", path))));
            }
            comment.clear();
        }
        return found;
    }

    /** The value described by a comment that starts with its path. */
    private static Optional<DocumentedValue> absent(List<String> comment) {
        Matcher named = ABSENT.matcher(comment.isEmpty() ? "" : comment.getFirst());
        if (!named.matches()) {
            return Optional.empty();
        }
        comment.set(0, named.group(2));
        DocumentedValue value = of(List.of(named.group(1).split("\\.")), comment, MissingNode.getInstance());
        comment.clear();
        return Optional.of(value);
    }

    private static DocumentedValue of(List<String> path, List<String> comment, JsonNode value) {
        Matcher start = START.matcher(comment.isEmpty() ? "" : comment.getFirst());
        if (!start.matches()) {
            return new DocumentedValue(path, "", "", "");
        }
        String type = start.group(1);
        StringBuilder description = new StringBuilder(start.group(2));
        String fallback = value.isMissingNode() ? "" : "`" + value + "`";
        for (String line : comment.subList(1, comment.size())) {
            if (line.startsWith(DEFAULT)) {
                fallback = line.substring(DEFAULT.length());
            } else {
                description.append(' ').append(line);
            }
        }
        return new DocumentedValue(path, type == null ? typeOf(value) : type, fallback, description.toString());
    }

    String key() {
        return String.join(".", path);
    }

    /** A row of a Markdown table. */
    String row() {
        return "| %s | %s | %s | %s |\n".formatted(key(), type, fallback, description.replace("|", "\\|"));
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "list";
            case BOOLEAN -> "bool";
            case NUMBER -> "int";
            case OBJECT -> "object";
            default -> "string";
        };
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
