package io.github.arc4j.e2e.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A revision of a release as Helm stores it in a Secret: its chart, and the values that the user gave. */
record StoredRelease(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The one before the newest. */
    static StoredRelease beforeTheLast(KubernetesClient client, HelmRelease release) throws IOException {
        List<Secret> revisions = client
                .secrets()
                .inNamespace(release.namespace())
                .withLabel("owner", "helm")
                .withLabel("name", release.name())
                .list()
                .getItems()
                .stream()
                .sorted(Comparator.comparingInt(StoredRelease::revision))
                .toList();
        return of(revisions.get(revisions.size() - 2));
    }

    private static int revision(Secret secret) {
        return Integer.parseInt(secret.getMetadata().getLabels().get("version"));
    }

    /** Helm encodes what it has compressed once, and Kubernetes encodes each Secret. */
    private static StoredRelease of(Secret secret) throws IOException {
        byte[] encoded = Base64.getDecoder().decode(secret.getData().get("release"));
        try (var stored =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(encoded)))) {
            return new StoredRelease(JSON.readTree(stored));
        }
    }

    /** Writes the chart into a folder. */
    Path writeChart(Path folder) throws IOException {
        JsonNode chart = json.path("chart");
        // JSON is YAML, too.
        Files.writeString(folder.resolve("Chart.yaml"), chart.path("metadata").toString());
        Files.writeString(folder.resolve("values.yaml"), object(chart.path("values")));
        for (String list : List.of("templates", "files")) {
            for (JsonNode file : chart.path(list)) {
                Path path = folder.resolve(file.path("name").asText());
                Files.createDirectories(path.getParent());
                Files.write(path, file.path("data").binaryValue());
            }
        }
        return folder;
    }

    /** Writes the values into a file. */
    Path writeValues(Path file) throws IOException {
        return Files.writeString(file, object(json.path("config")));
    }

    private static String object(JsonNode values) {
        return values.isObject() ? values.toString() : "{}";
    }
}
