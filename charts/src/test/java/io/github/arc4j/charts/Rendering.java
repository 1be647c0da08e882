package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;

/**
 * The output of a chart.
 *
 * @param objects sorted by kind and name
 */
record Rendering(List<JsonNode> objects) {

    private static final Comparator<JsonNode> BY_KIND_AND_NAME = Comparator.comparing(
                    (JsonNode object) -> object.path("kind").asText())
            .thenComparing(object -> object.at("/metadata/name").asText());

    static Rendering of(String manifests) {
        return new Rendering(
                Yaml.documents(manifests).stream().sorted(BY_KIND_AND_NAME).toList());
    }

    /** The only object of the given kind. */
    JsonNode object(String kind) {
        List<JsonNode> found = ofKind(kind);
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    List<JsonNode> ofKind(String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }
}
