package io.github.arc4j.e2e.helm;

import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Charts whose releases look like those of the Go system's 0.14.2: ours render the same objects, so what is different is the version, the
 * missing schema and, if there is a folder {@code e2e.old.crds} with the Go system's, the CRDs.
 */
final class OldCharts {
    static final String VERSION = "0.14.2";

    private static final String CRDS = Setting.of("e2e.old.crds", "");

    private final Path folder;

    private OldCharts(Path folder) {
        this.folder = folder;
    }

    /** Writes them into a folder. */
    static OldCharts in(Path folder) throws IOException {
        for (String name : List.of("gha-runner-scale-set-controller", "gha-runner-scale-set")) {
            copy(K3sStage.chart(name), folder.resolve(name));
            Path description = folder.resolve(name).resolve("Chart.yaml");
            Files.writeString(
                    description,
                    Files.readString(description)
                            .replaceFirst("(?m)^version: .*", "version: " + VERSION)
                            .replaceFirst("(?m)^appVersion: .*", "appVersion: \"" + VERSION + "\""));
            Files.delete(folder.resolve(name).resolve("values.schema.json"));
        }
        OldCharts charts = new OldCharts(folder);
        if (!CRDS.isEmpty()) {
            copy(Path.of(CRDS), charts.crds());
        }
        return charts;
    }

    Path chart(String name) {
        return folder.resolve(name);
    }

    /** The folder of their CRDs. */
    Path crds() {
        return folder.resolve("gha-runner-scale-set-controller").resolve("crds");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
