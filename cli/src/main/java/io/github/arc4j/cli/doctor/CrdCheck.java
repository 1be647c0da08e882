package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.github.arc4j.api.Crds;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CustomResourceDefinitions are installed, and have all fields that the controller writes: the API server drops
 * those that they lack.
 *
 * @param severity how important missing fields are
 * @param reason the reason of a finding about missing fields
 */
record CrdCheck(Severity severity, String reason) {
    private static final int SHOWN = 3;
    private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema";
    private static final ObjectMapper JSON = new ObjectMapper();

    Stream<Finding> find(Snapshot snapshot) {
        return Expected.ALL.stream().flatMap(crd -> find(snapshot, crd).stream());
    }

    private Optional<Finding> find(Snapshot snapshot, JsonNode expected) {
        String name = expected.at("/metadata/name").asText();
        String object = "CustomResourceDefinition " + name;
        Optional<CustomResourceDefinition> installed = snapshot.all(CustomResourceDefinition.class).stream()
                .filter(definition -> definition.getMetadata().getName().equals(name))
                .findFirst();
        if (installed.isEmpty()) {
            return Optional.of(Finding.problem(object, "CRDMissing", "it is not installed"));
        }
        List<String> missing = new ArrayList<>();
        compare(
                "",
                expected.at(SCHEMA),
                JSON.<JsonNode>valueToTree(installed.get()).at(SCHEMA),
                missing);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.of(
                        severity,
                        object,
                        reason,
                        "it lacks %d fields of this version, such as %s"
                                .formatted(
                                        missing.size(),
                                        String.join(
                                                ", ",
                                                missing.stream().limit(SHOWN).toList()))));
    }

    private static void compare(String path, JsonNode expected, JsonNode installed, List<String> missing) {
        for (Map.Entry<String, JsonNode> property : expected.path("properties").properties()) {
            String at = path + "." + property.getKey();
            JsonNode found = installed.path("properties").path(property.getKey());
            if (found.isMissingNode()) {
                missing.add(at.substring(1));
            } else {
                compare(at, property.getValue(), found, missing);
            }
        }
        if (expected.has("items")) {
            compare(path + "[]", expected.path("items"), installed.path("items"), missing);
        }
    }

    /** Parsed once, because the definitions contain all fields of pods. */
    private static final class Expected {
        private static final List<JsonNode> ALL =
                Crds.load().stream().map(Crds.Crd::json).toList();
    }
}
