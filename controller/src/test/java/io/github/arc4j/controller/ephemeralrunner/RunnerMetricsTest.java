package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long runners take to be registered, started and removed. */
class RunnerMetricsTest {
    private static final String REGISTRATION = "gha_controller_runner_registration_seconds";
    private static final String POD_START = "gha_controller_runner_pod_start_seconds";
    private static final String REMOVAL = "gha_controller_runner_removal_seconds";

    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @BeforeEach
    void createRunner() {
        fixture.createSetWithPolicy("set", RunnerPolicy.DEFAULT);
        fixture.createRunner("a");
        fixture.adopt("set", "a");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    private void pass(int seconds) {
        fixture.pass(Duration.ofSeconds(seconds));
    }

    /** Started some seconds after its creation, by the node's clock. */
    private void podRuns(int seconds) {
        Instant start = Instant.parse(fixture.pod("a").getMetadata().getCreationTimestamp())
                .plusSeconds(seconds);
        fixture.podRunsSince("a", start.toString());
    }

    private void podEndsNow() {
        String now =
                Instant.parse(fixture.now()).truncatedTo(ChronoUnit.SECONDS).toString();
        fixture.podReports(
                "a",
                status -> status.withPhase("Succeeded")
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(0)
                                .withFinishedAt(now)
                                .endTerminated()
                                .build())
                        .endContainerStatus());
    }

    /** The clock is not stopped, so a duration is longer on a slow machine. */
    private void assertObservedOnce(String histogram, double seconds) {
        assertThat(sample(histogram + "_count")).isEqualTo(1);
        assertThat(sample(histogram + "_sum")).isBetween(seconds, seconds + 50);
    }

    private @Nullable Double sample(String name) {
        return fixture.metrics.getSampleValue(
                name, new String[] {"name", "namespace"}, new String[] {"set", NAMESPACE});
    }

    @Test
    void eachPhaseOfARunnersLifeIsMeasured() throws Exception {
        pass(100);
        pass();
        assertObservedOnce(REGISTRATION, 100);
        podRuns(200);
        pass();
        assertObservedOnce(POD_START, 200);
        fixture.jobStarts("a");
        pass();
        fixture.github.jobEnds("a");
        podEndsNow();
        pass(100);
        pass();
        fixture.sync();
        assertThat(fixture.runner("a")).isNull();
        assertObservedOnce(REMOVAL, 100);
    }

    @Test
    void theRemovalOfAnIdleRunnerBeginsWithItsDeletion() throws Exception {
        pass();
        podRuns(1);
        pass();
        pass(600);
        fixture.deleteRunner("a");
        pass(100);
        pass();
        fixture.sync();
        assertThat(fixture.runner("a")).isNull();
        assertObservedOnce(REMOVAL, 100);
    }

    @Test
    void aRunnerThatIsDeletedDuringItsJobEndsWithItsPod() throws Exception {
        pass();
        podRuns(1);
        pass();
        fixture.deleteRunner("a");
        fixture.jobStarts("a");
        pass();
        pass(600);
        fixture.github.jobEnds("a");
        podEndsNow();
        pass(100);
        pass();
        fixture.sync();
        assertThat(fixture.runner("a")).isNull();
        assertObservedOnce(REMOVAL, 100);
    }

    @Test
    void aRestartOfTheControllerRepeatsNoObservation() throws Exception {
        pass(100);
        pass();
        podRuns(1);
        pass();
        pass(100);
        fixture.restart();
        pass();
        pass();
        assertObservedOnce(REGISTRATION, 100);
        assertObservedOnce(POD_START, 1);
    }

    @Test
    void aRegistrationThatWaitsForQuotaIsMeasuredOnce() throws Exception {
        pass(100);
        try (var quota = fixture.kube.faults().inject(Fault.exceededQuota("pods"))) {
            pass();
            assertThat(quota.strikes()).isEqualTo(1);
        }
        assertThat(sample(REGISTRATION + "_count")).isNull();
        pass(120);
        pass();
        assertObservedOnce(REGISTRATION, 100);
    }

    @Test
    void theSeriesAreRemovedWithTheScaleSet() throws Exception {
        pass();
        assertThat(sample(REGISTRATION + "_count")).isEqualTo(1);
        fixture.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .delete();
        fixture.sync();
        podRuns(1);
        pass();
        assertThat(Collections.list(fixture.metrics.metricFamilySamples()).stream()
                        .filter(family -> family.name.startsWith("gha_controller_runner_"))
                        .flatMap(family -> family.samples.stream()))
                .isEmpty();
    }
}
