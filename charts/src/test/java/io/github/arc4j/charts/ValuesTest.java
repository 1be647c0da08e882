package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every value is described in values.yaml, contained in the schema and listed in the chart's README. */
class ValuesTest {

    private static final String START = "<!-- values: written by ValuesTest with -Dcharts.update=true -->\n";
    private static final String POD_DEFINITIONS = "    \"pod\": {\n";
    private static final String END = "<!-- end of values -->\n";

    @ParameterizedTest
    @EnumSource
    void everyValueIsDescribed(Chart chart) {
        List<DocumentedValue> values = DocumentedValue.of(chart);
        List<List<String>> described = values.stream()
                .filter(value -> !value.description().isEmpty())
                .map(DocumentedValue::path)
                .toList();

        assertThat(values)
                .filteredOn(value -> described.stream().noneMatch(path -> startsWith(value.path(), path)))
                .filteredOn(value -> described.stream().noneMatch(path -> startsWith(path, value.path())))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void schemaContainsEveryValueAndNothingElse(Chart chart) {
        JsonNode schema = Yaml.read(chart.path().resolve("values.schema.json"));
        List<DocumentedValue> values = DocumentedValue.of(chart);

        assertThat(values)
                .filteredOn(value -> !value.description().isEmpty())
                .allSatisfy(value -> assertThat(inSchema(schema, value.path()).isMissingNode())
                        .as(value.key())
                        .isFalse());
        assertThat(schema.path("properties").properties())
                .filteredOn(property ->
                        values.stream().noneMatch(value -> value.key().equals(property.getKey())))
                .allSatisfy(property -> assertThat(
                                property.getValue().path("description").asText())
                        .as(
                                "%s is not in values.yaml; its description in the schema must state why it is allowed",
                                property.getKey())
                        .isNotEmpty());
    }

    /** Except fields of types to which the description refers, such as those of a container. */
    @ParameterizedTest
    @EnumSource
    void everyValueInTheSchemaIsDescribed(Chart chart) {
        JsonNode schema = Yaml.read(chart.path().resolve("values.schema.json"));
        Set<List<String>> described = DocumentedValue.of(chart).stream()
                .filter(value -> !value.description().isEmpty())
                .map(DocumentedValue::path)
                .collect(Collectors.toSet());

        assertThat(undescribed(schema, schema, List.of(), described)).isEmpty();
    }

    private static List<String> undescribed(
            JsonNode schema, JsonNode at, List<String> path, Set<List<String>> described) {
        List<String> found = new ArrayList<>();
        at.path("properties").properties().forEach(property -> {
            List<String> inner = new ArrayList<>(path);
            inner.add(property.getKey());
            String reference = property.getValue().path("$ref").asText();
            JsonNode value = reference.isEmpty() ? property.getValue() : schema.at(reference.substring(1));
            boolean isDescribed = described.contains(inner) || value.has("description");
            if (value.has("properties") && !(isDescribed && !reference.isEmpty())) {
                found.addAll(undescribed(schema, value, inner, described));
            } else if (!isDescribed) {
                found.add(String.join(".", inner));
            }
        });
        return found;
    }

    /** After a change of the CRDs, {@code -Dcharts.update=true} regenerates the schemas. */
    @ParameterizedTest
    @EnumSource
    void schemaContainsThePodFieldsOfTheCrd(Chart chart) throws IOException {
        Path file = chart.path().resolve("values.schema.json");
        String text = Files.readString(file);
        int start = text.indexOf(POD_DEFINITIONS) + POD_DEFINITIONS.length();
        String expected = text.substring(0, start)
                + PodSchema.ofCrd().referredToBy(text.substring(0, start))
                + text.substring(text.indexOf("\n    }", start));

        assertIsOrUpdate(file, expected);
    }

    @ParameterizedTest
    @EnumSource
    void readmeListsEveryValue(Chart chart) throws IOException {
        Path readme = chart.path().resolve("README.md");
        String text = Files.readString(readme);
        String before = text.substring(0, text.indexOf(START) + START.length());
        String after = text.substring(text.indexOf(END));
        String expected = before
                + DocumentedValue.of(chart).stream()
                        .filter(value -> !value.description().isEmpty())
                        .map(DocumentedValue::row)
                        .collect(Collectors.joining("", "| value | type | default | |\n|---|---|---|---|\n", ""))
                + after;
        assertIsOrUpdate(readme, expected);
    }

    private static void assertIsOrUpdate(Path file, String expected) throws IOException {
        if (Boolean.getBoolean("charts.update")) {
            Files.writeString(file, expected);
        }
        assertThat(file).content().isEqualTo(expected);
    }

    private static boolean startsWith(List<String> path, List<String> prefix) {
        return path.size() >= prefix.size() && path.subList(0, prefix.size()).equals(prefix);
    }

    private static JsonNode inSchema(JsonNode schema, List<String> path) {
        JsonNode at = schema;
        for (String key : path) {
            JsonNode properties = at.path("properties").path(key);
            at = properties.isMissingNode() ? at.path("additionalProperties") : properties;
            String reference = at.path("$ref").asText();
            at = reference.isEmpty() ? at : schema.at(reference.substring(1));
        }
        return at;
    }
}
