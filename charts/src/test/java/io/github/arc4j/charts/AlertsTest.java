package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault fires its own alert and no other one, and hours without a fault fire none. */
class AlertsTest {
    private static final Path ALERTS = Chart.CONTROLLER.path().resolve("rules/alerts.yaml");
    private static final Path CASES = Path.of("src/test/resources/alert-cases.yaml");

    /**
     * A fault of an installation.
     *
     * @param name that of its alert; if there are several, with a slash and a description
     */
    record Fault(String name, JsonNode series) {
        String alert() {
            return name.replaceFirst("/.*", "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    private Path folder;

    static List<JsonNode> rules() {
        return Yaml.read(ALERTS).at("/groups/0/rules").valueStream().toList();
    }

    static Stream<Fault> faults() {
        return Yaml.read(CASES).path("faults").properties().stream()
                .map(entry -> new Fault(entry.getKey(), entry.getValue()));
    }

    static Set<String> names() {
        Set<String> names = new TreeSet<>();
        rules().forEach(rule -> names.add(rule.path("alert").asText()));
        return names;
    }

    @Test
    void prometheusAcceptsTheRules() {
        Promtool.assumeInstalled();
        Promtool.run("check", "rules", ALERTS.toString());
    }

    @Test
    void everyAlertHasAFault() {
        assertThat(faults().map(Fault::alert).collect(Collectors.toSet())).isEqualTo(names());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aFaultFiresItsOwnAlertOnly(Fault fault) throws IOException {
        Map<String, String> series = texts(Yaml.read(CASES).path("healthy"));
        series.putAll(texts(fault.series()));

        assertThatAlertsFire(series, 3, List.of(fault.alert()));
    }

    @Test
    void sixHealthyHoursFireNoAlert() throws IOException {
        assertThatAlertsFire(texts(Yaml.read(CASES).path("healthy")), 6, List.of());
    }

    private void assertThatAlertsFire(Map<String, String> series, int hours, List<String> alerts) throws IOException {
        Promtool.assumeInstalled();
        Path test = folder.resolve("test.yaml");
        Files.writeString(test, """
            rule_files: ['%s']
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
            %s
                promql_expr_test:
                  - expr: 'count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[%dh])) > bool 0'
                    eval_time: %dh
                    exp_samples:
            %s
            """.formatted(
                ALERTS.toAbsolutePath(),
                lines(
                        series.entrySet().stream(),
                        entry -> "      - {series: '%s', values: '%s'}".formatted(entry.getKey(), entry.getValue())),
                hours,
                hours,
                lines(
                        alerts.stream(),
                        alert -> "          - {labels: '{alertname=\"%s\"}', value: 1}".formatted(alert))));
        Promtool.run("test", "rules", test.toString());
    }

    private static <T> String lines(Stream<T> items, Function<T, String> line) {
        return items.map(line).collect(Collectors.joining("\n"));
    }

    private static Map<String, String> texts(JsonNode series) {
        Map<String, String> texts = new LinkedHashMap<>();
        series.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }
}
