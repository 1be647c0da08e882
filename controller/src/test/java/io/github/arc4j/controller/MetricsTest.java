package io.github.arc4j.controller;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.github.arc4j.runtime.cache.Request;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboards and alerts for the Go controller find what they look for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> OF_SCALE_SETS =
            List.of("name", "namespace", "repository", "organization", "enterprise");

    private ControllerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new ControllerFixture();
        fixture.runnersEndWith("runner:1", -1);
        runScaleSet("set");
    }

    private void runScaleSet(String name) {
        fixture.createScaleSet(name);
        await().atMost(LIMIT).until(() -> fixture.runnerSet(name) != null);
        fixture.requestRunners(name, 1, 1);
        await().atMost(LIMIT).until(() -> value("gha_controller_running_ephemeral_runners", name) == 1);
    }

    @AfterAll
    void stop() throws Exception {
        fixture.close();
    }

    private Stream<MetricFamilySamples> families() {
        return Collections.list(fixture.metrics().metricFamilySamples()).stream();
    }

    private List<Sample> samples(String name) {
        return families()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.equals(name))
                .toList();
    }

    private double value(String name, String firstLabel) {
        return samples(name).stream()
                .filter(sample -> sample.labelValues.getFirst().equals(firstLabel))
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "gha_controller_pending_ephemeral_runners, Number of ephemeral runners in a pending state.",
        "gha_controller_running_ephemeral_runners, Number of ephemeral runners in a running state.",
        "gha_controller_failed_ephemeral_runners, Number of ephemeral runners in a failed state.",
        "gha_controller_running_listeners, Number of listeners in a running state.",
    })
    void theGaugesOfScaleSetsHaveTheGoControllersNamesAndLabels(String name, String help) {
        assertThat(families().filter(family -> family.name.equals(name)))
                .singleElement()
                .satisfies(family -> assertThat(family.help).isEqualTo(help));
        assertThat(samples(name))
                .filteredOn(sample -> sample.labelValues.getFirst().startsWith("set"))
                .singleElement()
                .satisfies(sample -> assertThat(sample.labelNames).isEqualTo(OF_SCALE_SETS))
                .satisfies(
                        sample -> assertThat(sample.labelValues.subList(2, 5)).containsExactly("repo", "org", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "controller_runtime_reconcile_total, 'controller,result'",
        "controller_runtime_reconcile_errors_total, controller",
        "controller_runtime_terminal_reconcile_errors_total, controller",
        "controller_runtime_reconcile_panics_total, controller",
        "controller_runtime_reconcile_time_seconds_count, controller",
        "controller_runtime_reconcile_time_seconds_bucket, 'controller,le'",
        "controller_runtime_active_workers, controller",
        "controller_runtime_max_concurrent_reconciles, controller",
        "workqueue_depth, 'name,controller,priority'",
        "workqueue_adds_total, 'name,controller'",
        "workqueue_retries_total, 'name,controller'",
        "workqueue_queue_duration_seconds_bucket, 'name,controller,le'",
        "workqueue_work_duration_seconds_bucket, 'name,controller,le'",
        "workqueue_unfinished_work_seconds, 'name,controller'",
        "workqueue_longest_running_processor_seconds, 'name,controller'",
        "rest_client_requests_total, 'code,method,host'",
    })
    void theRuntimesMetricsHaveTheNamesAndLabelsOfControllerRuntime(String name, String labels) {
        assertThat(samples(name))
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.labelNames).containsExactly(labels.split(",")));
    }

    @Test
    void theControllersHaveTheGoControllersNames() {
        Set<String> names = Set.of(
                "autoscalingrunnerset",
                "autoscalinglistener",
                "ephemeralrunnerset",
                "ephemeralrunner",
                "customresourcedefinition"); // the Go controller does not check them
        for (String metric : List.of("controller_runtime_reconcile_total", "workqueue_adds_total")) {
            assertThat(samples(metric).stream()
                            .map(sample -> sample.labelValues.getFirst())
                            .collect(toSet()))
                    .isEqualTo(names);
        }
    }

    @Test
    void theSeriesOfAScaleSetAreRemovedWithIt() {
        runScaleSet("gone");
        assertThat(samples("gha_controller_runner_registration_seconds_count"))
                .anyMatch(sample -> sample.labelValues.contains("gone"));
        fixture.client.resource(fixture.scaleSet("gone")).delete();
        await().atMost(LIMIT).until(() -> seriesOf("gone") == 0);
    }

    private long seriesOf(String scaleSet) {
        return families()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.labelValues.stream().anyMatch(value -> value.startsWith(scaleSet)))
                .count();
    }

    @Test
    void theConditionsOfAllPartsOfAScaleSetAreSeries() {
        await().atMost(LIMIT).until(() -> hasCondition("AutoscalingRunnerSet", "ScaleSetRegistered", "True"));
        assertThat(hasCondition("EphemeralRunnerSet", "Ready", "True")).isTrue();
        assertThat(hasCondition("AutoscalingListener", "Degraded", "False")).isTrue();
        assertThat(samples("gha_controller_condition"))
                .allSatisfy(sample -> assertThat(sample.value).isEqualTo(1));
    }

    @Test
    void conditionsThatUsersWriteAreBoundedAndVisible() {
        List<Condition> conditions = IntStream.range(0, 100)
                .mapToObj(i -> new ConditionBuilder()
                        .withType("\u001b[31m" + i + "x".repeat(100_000))
                        .withStatus("True")
                        .withReason("\n")
                        .build())
                .toList();
        Set<List<String>> series = new HashSet<>();
        ConditionMetrics.add(series, "AutoscalingRunnerSet", new Request("namespace", "name"), conditions);

        assertThat(series)
                .isNotEmpty()
                .hasSizeLessThan(100)
                .allSatisfy(labels -> assertThat(labels)
                        .allSatisfy(
                                label -> assertThat(label).hasSizeLessThan(100).doesNotContainPattern("\\p{Cntrl}")));
    }

    /** The listener has the name and namespace of its scale set, too. */
    private boolean hasCondition(String kind, String type, String status) {
        return samples("gha_controller_condition").stream()
                .anyMatch(sample -> sample.labelValues
                        .subList(0, 5)
                        .equals(List.of(kind, ControllerFixture.NAMESPACE, "set", type, status)));
    }
}
