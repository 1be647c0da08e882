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

/** The CRDs take the objects that the Go system's take, and add only what is listed. Needs a {@link ParityFolder}. */
class CrdParityTest {

    private static final Path ADDITIONS = Path.of("src", "test", "resources", "parity-crd-additions.txt");

    @TempDir
    private Path temporary;

    @Test
    void onlyListedFieldsAreAddedAndNothingIsMissingOrDifferent() throws IOException, InterruptedException {
        Optional<ParityFolder> folder = ParityFolder.given();
        assumeTrue(folder.isPresent(), "there is no -Dparity.charts=FOLDER");

        List<String> differences = folder.get()
                .crdDifferences(
                        json(folder.get().crds(), "wanted"),
                        json(Chart.CONTROLLER.path().resolve("crds"), "actual"));

        assertThat(differences).containsExactlyInAnyOrderElementsOf(Files.readAllLines(ADDITIONS));
    }

    /** As JSON, which Python reads without a package of its own. */
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
