package io.github.arc4j.api.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChartCrdsTest {
    private static final String COMMAND = "mvn -pl api test -Dtest=ChartCrdsTest -Dcrds.update=true";
    private static final String HEADER = "# Generated from the Java types in api/ by: " + COMMAND + "\n";
    private static final Path DIRECTORY = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("charts/gha-runner-scale-set-controller/crds");

    @Test
    void theFilesInTheChartAreWhatTheTypesGive() throws IOException {
        Map<String, String> generated = CrdGenerator.generate(HEADER);
        if (Boolean.getBoolean("crds.update")) {
            write(generated);
        }
        assertThat(differing(generated, read()))
                .as("CRDs in %s that are not what the types give. Regenerate them with: %s", DIRECTORY, COMMAND)
                .isEmpty();
    }

    private static Set<String> differing(Map<String, String> wanted, Map<String, String> actual) {
        Set<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(actual.keySet());
        names.removeIf(name -> Objects.equals(wanted.get(name), actual.get(name)));
        return names;
    }

    private static void write(Map<String, String> files) throws IOException {
        Files.createDirectories(DIRECTORY);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(DIRECTORY.resolve(file.getKey()), file.getValue());
        }
    }

    private static Map<String, String> read() throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(DIRECTORY)) {
            try (Stream<Path> paths = Files.list(DIRECTORY)) {
                for (Path path : paths.toList()) {
                    files.put(path.getFileName().toString(), Files.readString(path));
                }
            }
        }
        return files;
    }
}
