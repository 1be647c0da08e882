package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CRDs accept the same objects as the Go system's CRDs, and add only the listed fields. Requires a
 * {@link ParityFolder}.
 */
class CrdParityTest {

    private static final Path ADDITIONS = Path.of("src", "test", "resources", "parity-crd-additions.txt");

    @TempDir
    private Path temporary;

    @Test
    void onlyListedFieldsAreAddedAndNothingIsMissingOrDifferent() throws IOException, InterruptedException {
        Optional<ParityFolder> folder = ParityFolder.given();
        assumeTrue(folder.isPresent(), "-Dparity.charts=FOLDER is not set");

        List<String> differences = folder.get()
                .crdDifferences(
                        json(folder.get().crds(), "wanted"),
                        json(Chart.CONTROLLER.path().resolve("crds"), "actual"));

        assertThat(differences).containsExactlyInAnyOrderElementsOf(Files.readAllLines(ADDITIONS));
    }

    /** Converts CRDs to JSON, which Python reads without extra packages. */
    private Path json(Path crds, String name) throws IOException {
        Path target = Files.createDirectory(temporary.resolve(name));
        try (Stream<Path> files = Files.list(crds)) {
            for (Path file : files.toList()) {
                Files.writeString(
                        target.resolve(file.getFileName() + ".json"),
                        Yaml.read(file).toString());
            }
        }
        return target;
    }
}
