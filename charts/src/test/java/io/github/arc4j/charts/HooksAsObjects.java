package io.github.arc4j.charts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Copies of charts whose hooks are rendered like other objects, because Helm as a library omits hooks. In a copy, the
 * annotation that marks an object as a hook is renamed; {@link #restore} reverts the renaming.
 */
final class HooksAsObjects {

    private static final String HOOK = "helm.sh/hook:";
    private static final String RENAMED = "renamed.helm.sh/hook:";

    private static final Map<Copy, Path> COPIES = new ConcurrentHashMap<>();

    private record Copy(Path chart, boolean crds) {}

    private HooksAsObjects() {}

    /** A copy of the chart in the given directory, without CRDs. */
    static Path in(Path chart) {
        return COPIES.computeIfAbsent(new Copy(chart, false), HooksAsObjects::copy);
    }

    /** A copy with CRDs, which templates can read; they are not rendered. */
    static Path withCrds(Path chart) {
        return COPIES.computeIfAbsent(new Copy(chart, true), HooksAsObjects::copy);
    }

    /** Converts the output of a copy to that of the original chart. */
    static String restore(String manifests) {
        return manifests.replace(RENAMED, HOOK);
    }

    private static Path copy(Copy of) {
        Path chart = of.chart();
        try {
            Path copy =
                    Files.createTempDirectory(Files.createDirectories(Path.of("target", "hooks-as-objects")), "chart");
            for (Path file : files(of)) {
                Path target = copy.resolve(chart.relativize(file));
                Files.createDirectories(target.getParent());
                // One character per byte, because a chart may contain binary files.
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                Files.writeString(target, content.replace(HOOK, RENAMED), StandardCharsets.ISO_8859_1);
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Copy of) throws IOException {
        try (Stream<Path> files = Files.walk(of.chart())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> of.crds() || !file.startsWith(of.chart().resolve("crds")))
                    .toList();
        }
    }
}
