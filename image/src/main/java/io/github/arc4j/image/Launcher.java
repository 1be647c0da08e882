package io.github.arc4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One entry point of the image, read from its configuration file. jpackage's native launcher reads that file when the
 * container starts; the build reads it to create the start-up archive with the same class path and the same JVM
 * options.
 *
 * @param name name of the executable, and of the configuration file without {@code .cfg}
 * @param mainClass the main class
 * @param classPath jars relative to the image's root, which is the working directory of the process
 * @param javaOptions JVM options, in order
 */
record Launcher(String name, String mainClass, List<String> classPath, List<String> javaOptions) {

    private static final String EXTENSION = ".cfg";
    private static final String AOT_CACHE = "-XX:AOTCache=";

    Launcher {
        classPath = List.copyOf(classPath);
        javaOptions = List.copyOf(javaOptions);
    }

    static Launcher read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return new Launcher(
                file.getFileName().toString().replace(EXTENSION, ""),
                values(lines, "app.mainclass=").findFirst().orElse(""),
                values(lines, "app.classpath=")
                        .flatMap(value -> Arrays.stream(value.split(":")))
                        .toList(),
                values(lines, "java-options=").toList());
    }

    static boolean isConfiguration(Path file) {
        return file.getFileName().toString().endsWith(EXTENSION);
    }

    private static Stream<String> values(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key)).map(line -> line.substring(key.length()));
    }

    /** The launcher's start-up archive, relative to the image's root; empty if it has none. */
    Optional<String> archive() {
        return javaOptions.stream()
                .filter(option -> option.startsWith(AOT_CACHE))
                .map(option -> option.substring(AOT_CACHE.length()))
                .findFirst();
    }

    /**
     * The options with which the archive must be created to be accepted by the JVM: all except the one that names the
     * archive.
     */
    List<String> optionsWithoutArchive() {
        return javaOptions.stream()
                .filter(option -> !option.startsWith(AOT_CACHE))
                .toList();
    }
}
