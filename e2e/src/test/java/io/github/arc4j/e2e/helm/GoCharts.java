package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.demo.stage.Stage.TOKEN;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Charts whose releases are those of the Go system's 0.14.2: their templates are what its charts render for a case, as
 * the folder that {@code parity.charts} names has it.
 */
final class GoCharts {
    static final String VERSION = "0.14.2";

    /** Renderings differ in these, and in what is said of the runner's container. */
    private static final String RELEASE_OF_CASES = "test-runners";

    private static final String NAMESPACE_OF_CASES = "test-ns";
    private static final String IMAGE = "ghcr.io/actions/gha-runner-scale-set-controller:" + VERSION;
    private static final String RUNNER = """
                  - name: runner
                    command:
                    - /home/runner/run.sh
                    image: ghcr.io/actions/actions-runner:latest
            """;

    private final Path parity;
    private final Path folder;

    private GoCharts(Path parity, Path folder) {
        this.parity = parity;
        this.folder = folder;
    }

    /**
     * Skips the test that asks where there are no renderings.
     *
     * @param folder for the charts
     */
    static GoCharts in(Path folder) {
        String parity = Setting.of("parity.charts", "");
        Assumptions.assumeFalse(parity.isEmpty(), "-Dparity.charts names no renderings of the Go system's charts");
        return new GoCharts(Path.of(parity), folder);
    }

    /** The CRDs. */
    Path crds() {
        return parity.resolveSibling("crds");
    }

    /** The controller's with default values, but for the image, and with the CRDs. */
    Path controller(String release, String image) throws IOException {
        Path chart = write(
                "gha-runner-scale-set-controller",
                "ctl-default",
                replace(
                        rendering("ctl-default"),
                        Map.of("test-arc", release, NAMESPACE_OF_CASES, CONTROLLER_NAMESPACE, IMAGE, image)));
        Path copies = Files.createDirectories(chart.resolve("crds"));
        try (Stream<Path> files = Files.list(crds())) {
            for (Path file : files.toList()) {
                Files.copy(file, copies.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return chart;
    }

    /** A scale set's with the least values, but with runners that the simulator knows. */
    Path scaleSet(String configUrl, String controllerAccount, PodTemplateSpec runner) throws IOException {
        String container = Serialization.asJson(runner.getSpec().getContainers().getFirst());
        return write(
                "gha-runner-scale-set",
                "default-token",
                replace(
                        rendering("default-token"),
                        Map.of(
                                RUNNER,
                                "      - " + container + "\n",
                                "name: arc\n",
                                "name: " + controllerAccount + "\n",
                                "arc-system",
                                CONTROLLER_NAMESPACE,
                                RELEASE_OF_CASES,
                                SCALE_SET,
                                NAMESPACE_OF_CASES,
                                RUNNER_NAMESPACE,
                                "https://github.com/actions",
                                configUrl,
                                base64("ghp_x"),
                                base64(TOKEN))));
    }

    /** The one of a case, for a namespace of its own. */
    Path scaleSet(String goldenCase, String namespace) throws IOException {
        return write(
                "gha-runner-scale-set",
                goldenCase,
                replace(rendering(goldenCase), Map.of(NAMESPACE_OF_CASES, namespace)));
    }

    /** The values of a case. Needs python3. */
    Path values(String goldenCase) throws IOException, InterruptedException {
        Path values = folder.resolve(goldenCase + ".values.yaml");
        Process python = new ProcessBuilder("python3", "-B", "render.py", "values", goldenCase)
                .directory(parity.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(values.toFile())
                .start();
        if (python.waitFor() != 0) {
            throw new IOException("the values of " + goldenCase + " are not to be had");
        }
        return values;
    }

    private String rendering(String goldenCase) throws IOException {
        return Files.readString(parity.resolve("golden").resolve(goldenCase + ".yaml"));
    }

    private static String replace(String text, Map<String, String> replacements) {
        String replaced = text;
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            if (!text.contains(replacement.getKey())) {
                throw new IllegalArgumentException("the rendering has no " + replacement.getKey());
            }
            replaced = replaced.replace(replacement.getKey(), replacement.getValue());
        }
        return replaced;
    }

    private Path write(String name, String goldenCase, String objects) throws IOException {
        Path chart = folder.resolve(goldenCase).resolve(name);
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), """
                apiVersion: v2
                name: %s
                version: %s
                appVersion: %2$s
                """.formatted(name, VERSION));
        // Helm must not take what is rendered for a template.
        Files.writeString(chart.resolve("templates").resolve("objects.yaml"), objects.replace("{{", "{{ \"{{\" }}"));
        return chart;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
