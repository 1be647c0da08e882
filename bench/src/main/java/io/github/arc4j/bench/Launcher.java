package io.github.arc4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The start command of one of the image's processes, read from a jpackage launcher file. */
public record Launcher(String mainClass, List<String> classPath, List<String> options) {
    private static final Path SOURCES = Path.of("image/src/main/launchers");

    /**
     * Reads the unfiltered source of a launcher file, without the lines that the build completes.
     *
     * @param name name of the launcher, such as {@code manager}
     */
    public static Launcher ofSources(String name) throws IOException {
        return read(SOURCES.resolve(name + ".cfg"));
    }

    public static Launcher read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.contains("${"))
                .toList();
        return new Launcher(
                values(lines, "app.mainclass=").getFirst(),
                values(lines, "app.classpath="),
                values(lines, "java-options="));
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .toList();
    }

    /** The JVM options without the start-up archive, which matches only the image's class path. */
    public List<String> optionsWithoutArchive() {
        return options.stream()
                .filter(option -> !option.startsWith("-XX:AOTCache="))
                .toList();
    }
}
