package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts use only metrics that exist. */
class MonitoringTest {

    private static final Path DASHBOARD = Chart.CONTROLLER.path().resolve("dashboards/runner-scale-sets.json");
    private static final Path RUNBOOK = Path.of("..", "docs", "troubleshooting.md");

    private static final Pattern HEADING = Pattern.compile("(?m)^### (\\w+)$");

    private static final Pattern METRIC =
            Pattern.compile("\\b(gha|controller_runtime|workqueue|rest_client|leader_election)_\\w+");

    /** The name of a metric as a string literal in the sources. */
    private static final Pattern DEFINITION =
            Pattern.compile("\"((?:gha|controller_runtime|workqueue|rest_client|leader_election)_[\\w%]+)\"");

    @Test
    void dashboardUsesOnlyExistingMetrics() {
        List<String> expressions = Yaml.read(DASHBOARD).findValuesAsText("expr");

        assertThat(metrics(expressions)).isNotEmpty().isSubsetOf(defined());
    }

    @Test
    void prometheusAcceptsTheQueriesOfTheDashboard(@TempDir Path folder) throws IOException {
        Promtool.assumeInstalled();
        String rules = Yaml.read(DASHBOARD).findValuesAsText("expr").stream()
                .map(query -> query.replaceAll("\\$\\w+", ".*"))
                .map(query -> "      - {record: 'a:query', expr: '%s'}\n".formatted(query))
                .distinct()
                .collect(Collectors.joining());
        Path file = folder.resolve("queries.yaml");
        Files.writeString(file, "groups:\n  - name: dashboard\n    rules:\n" + rules);

        Promtool.run("check", "rules", "--lint=none", file.toString());
    }

    @Test
    void dashboardPanelsHaveUniqueIdsAndPositions() {
        List<JsonNode> panels =
                Yaml.read(DASHBOARD).path("panels").valueStream().toList();

        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).extracting(panel -> panel.path("gridPos")).doesNotHaveDuplicates();
    }

    @Test
    void alertsUseOnlyExistingMetricsAndDescribeWhatToDo() {
        List<JsonNode> alerts = AlertsTest.rules();

        assertThat(metrics(alerts.stream()
                        .map(alert -> alert.path("expr").asText())
                        .toList()))
                .isNotEmpty()
                .isSubsetOf(defined());
        assertThat(alerts).allSatisfy(alert -> {
            assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asText()).isNotEmpty();
            assertThat(alert.at("/annotations/description").asText()).isNotEmpty();
        });
    }

    @Test
    void everyAlertLinksToItsHeadingInTheDocumentation() {
        Set<String> headings = HEADING.matcher(read(RUNBOOK))
                .results()
                .map(heading -> heading.group(1))
                .collect(Collectors.toSet());

        assertThat(headings).containsAll(AlertsTest.names());
        assertThat(AlertsTest.rules())
                .allSatisfy(
                        alert -> assertThat(alert.at("/annotations/runbook_url").asText())
                                .isEqualTo(runbookUrl() + "#"
                                        + alert.path("alert").asText().toLowerCase(Locale.ROOT)));
    }

    @Test
    void aValueReplacesTheLinksOfTheAlerts() {
        Path values = Chart.CONTROLLER.golden().resolve("everything-optional.values.yaml");
        List<String> urls = Chart.CONTROLLER.render(Release.DEFAULT, values).objects().stream()
                .flatMap(object -> object.findValuesAsText("runbook_url").stream())
                .toList();

        assertThat(urls)
                .hasSameSizeAs(AlertsTest.rules())
                .allMatch(url -> url.startsWith("https://runbooks.example.com/arc#runnerscaleset"));
    }

    private static String runbookUrl() {
        return Yaml.read(Chart.CONTROLLER.path().resolve("values.yaml"))
                .at("/monitoring/prometheusRule/runbookUrl")
                .asText();
    }

    /** Names of the metrics in the expressions; for histograms, without the suffix of the series. */
    private static Set<String> metrics(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> METRIC.matcher(expression).results().map(MatchResult::group))
                .map(metric -> metric.replaceFirst("_(bucket|sum|count)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> defined() {
        return Stream.of("controller", "operator-runtime", "listener")
                .map(module -> Path.of("..", module, "src", "main", "java"))
                .flatMap(MonitoringTest::sources)
                .flatMap(source -> DEFINITION.matcher(source).results().map(found -> found.group(1)))
                .flatMap(metric -> metric.contains("%s")
                        ? Stream.of("pending", "running", "failed", "outdated")
                                .map(state -> metric.replace("%s", state))
                        : Stream.of(metric))
                .collect(Collectors.toSet());
    }

    private static Stream<String> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).map(MonitoringTest::read).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
