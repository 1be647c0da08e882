package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A directory of cases for the Go system's charts with their output: {@code cases.py} with a list {@code CASES} of
 * (name, chart, release, namespace, values, additional arguments for helm), {@code golden/NAME.yaml} or
 * {@code golden/NAME.error}, and {@code golden/index.json}.
 */
record ParityFolder(Path folder) {

    private static final String CHART_VERSION = "helm.sh/chart";
    private static final String APP_VERSION = "app.kubernetes.io/version";
    private static final String VALUES_HASH = "actions.github.com/values-hash";

    /**
     * Python program that prints the cases. The values match the input of the golden files, whose YAML writer did not
     * quote {@code n} and {@code y}, which Helm reads as booleans.
     */
    private static final String PRINT_CASES = """
            import cases, json, re
            values = lambda case: re.sub(r': "([nyNY])"', r': \\1', json.dumps(case))
            print(json.dumps([[*c[:4], values(c[4]), c[5]] for c in cases.CASES]))
            """;

    /** Values (YAML), and the chart and release to render them for. */
    record Case(String name, Chart chart, Release release, String values) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The directory given by the system property {@code parity.charts} or the environment variable
     * {@code PARITY_CHARTS}.
     */
    static Optional<ParityFolder> given() {
        return Stream.of(
                        System.getProperty("parity.charts", ""), System.getenv().getOrDefault("PARITY_CHARTS", ""))
                .filter(path -> !path.isEmpty())
                .findFirst()
                .map(path -> new ParityFolder(Path.of(path)));
    }

    /** All cases. Requires python3. */
    Stream<Case> cases() throws IOException, InterruptedException {
        String json = python("-c", PRINT_CASES);
        return StreamSupport.stream(Yaml.parse(json).spliterator(), false).map(ParityFolder::toCase);
    }

    /** The Go system's CRDs. */
    Path crds() {
        return folder.resolveSibling("crds");
    }

    /** The differences between CRDs, one line each; additions start with a plus sign. Requires python3. */
    List<String> crdDifferences(Path wanted, Path actual) throws IOException, InterruptedException {
        return python(
                        folder.resolveSibling("crd-diff").toAbsolutePath().toString(),
                        "--brief",
                        "--extra",
                        wanted.toAbsolutePath().toString(),
                        actual.toAbsolutePath().toString())
                .lines()
                .toList();
    }

    /** The standard output of python3. */
    private String python(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder python = new ProcessBuilder("python3", "-B");
        python.command().addAll(List.of(arguments));
        Process process = python.directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // crd-diff exits with 1 if there are differences.
        if (process.waitFor() > 1 || output.isEmpty()) {
            throw new IOException("python3 failed: " + String.join(" ", arguments));
        }
        return output;
    }

    private static Case toCase(JsonNode of) {
        JsonNode arguments = of.get(5);
        String kubeVersion = Release.DEFAULT.kubeVersion();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!arguments.get(i).asText().equals("--kube-version")) {
                throw new IllegalArgumentException("unknown argument in " + of);
            }
            kubeVersion = arguments.get(i + 1).asText();
        }
        return new Case(
                of.get(0).asText(),
                of.get(1).asText().equals("ctl") ? Chart.CONTROLLER : Chart.RUNNER_SET,
                new Release(of.get(2).asText(), of.get(3).asText(), kubeVersion),
                of.get(4).asText());
    }

    /** The message of the expected failure, if the case must fail. */
    Optional<String> failure(Case of) throws IOException {
        Path file = golden(of, ".error");
        return Files.exists(file)
                ? Optional.of(Files.readString(file).strip().replaceFirst("^Error: ", ""))
                : Optional.empty();
    }

    /** The expected objects in comparable form. */
    Map<String, JsonNode> objects(Case of) throws IOException {
        JsonNode index = Yaml.read(folder.resolve("golden").resolve("index.json"));
        String manifests = Files.readString(golden(of, ".yaml"));
        return comparable(Rendering.of(manifests), index.path("defaultImage").asText());
    }

    private Path golden(Case of, String ending) {
        return folder.resolve("golden").resolve(of.name() + ending);
    }

    /**
     * Objects by kind, namespace and name, with placeholders for the values that differ between the projects by nature.
     */
    static Map<String, JsonNode> comparable(Rendering rendering, String defaultImage) {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        for (JsonNode object : rendering.objects()) {
            JsonNode metadata = object.path("metadata");
            String key = "%s %s/%s"
                    .formatted(
                            object.path("kind").asText(),
                            metadata.path("namespace").asText(),
                            metadata.path("name").asText());
            if (objects.put(key, withPlaceholders(object, defaultImage)) != null) {
                throw new IllegalArgumentException(key + " is rendered twice");
            }
        }
        return objects;
    }

    private static JsonNode withPlaceholders(JsonNode object, String defaultImage) {
        JsonNode copy = Yaml.parse(Yaml.write(object).replace(defaultImage, "{image}"));
        for (JsonNode labels : copy.findValues("labels")) {
            replace(labels, CHART_VERSION);
            replace(labels, APP_VERSION);
        }
        copy.findValues("annotations").forEach(annotations -> replace(annotations, VALUES_HASH));
        return copy;
    }

    private static void replace(JsonNode texts, String key) {
        if (texts instanceof ObjectNode object && object.has(key)) {
            object.put(key, "{" + key + "}");
        }
    }
}
