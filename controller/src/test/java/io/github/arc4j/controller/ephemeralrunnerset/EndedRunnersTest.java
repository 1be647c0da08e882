package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a set does with runners that finished or failed. */
class EndedRunnersTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void finishedRunnersAreDeletedAtOnce() throws Exception {
        fixture.create(1, 2);
        String name = fixture.names().getFirst();
        fixture.runners.reportRunner(name, status -> status.phase("Succeeded"));
        fixture.pass();
        assertThat(fixture.names()).as("their own reconciler deletes them").hasSize(2);
        fixture.runners.reconcileRunner(name);
        fixture.pass();
        assertThat(fixture.names()).hasSize(1).doesNotContain(name);
    }

    @Test
    void aRunnerWhoseDeletionMeetsAConflictIsNotForgotten() throws Exception {
        fixture.create(1, 2);
        String name = fixture.names().getFirst();
        fixture.runs(fixture.names().getLast());
        fixture.fails(name, "bad volume");
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("delete", "ephemeralrunners").answer(409));
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        fixture.pass();
        assertThat(fixture.names()).hasSize(2).doesNotContain(name);
    }

    @Test
    void theDeletionOfAFinishedRunnerMeetsAConflictAndIsRepeated() throws Exception {
        fixture.create(1, 1);
        String name = fixture.names().getFirst();
        fixture.runners.reportRunner(name, status -> status.phase("Succeeded"));
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("delete", "ephemeralrunners").answer(409));
        assertThatThrownBy(() -> fixture.runners.reconcileRunner(name)).isInstanceOf(KubernetesClientException.class);
        fixture.runners.reconcileRunner(name);
        assertThat(fixture.names()).isEmpty();
    }

    @Test
    void failedRunnersAreReportedCountedAndReplacedAfterAMinute() throws Exception {
        fixture.create(1, 3);
        List<String> names = fixture.names();
        fixture.fails(names.get(0), "bad volume");
        fixture.fails(names.get(1), "bad volume");
        fixture.runs(names.get(2));
        fixture.pass();
        assertThat(fixture.status().failedEphemeralRunners()).isEqualTo(2);
        assertThat(fixture.status().currentReplicas()).isEqualTo(3);
        assertThat(fixture.ready().getStatus()).isEqualTo("False");
        assertThat(fixture.ready().getReason()).isEqualTo("RunnersFailed");
        assertThat(fixture.ready().getMessage())
                .startsWith("2 runners cannot start; ")
                .contains("bad volume");
        assertThat(fixture.names()).hasSize(3).containsAll(names);
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(fixture.names()).hasSize(3).contains(names.get(2)).doesNotContain(names.get(0), names.get(1));
        fixture.removalEnds();
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
    }

    @Test
    void whileAllRunnersFailOneAMinuteTriesWhetherTheTemplateWorksNow() throws Exception {
        fixture.create(1, 3);
        List<String> failed = fixture.names();
        failed.forEach(name -> fixture.fails(name, "bad volume"));
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
        String trial = fixture.names().stream()
                .filter(name -> !failed.contains(name))
                .findFirst()
                .orElseThrow();
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.request(2, 5);
        assertThat(fixture.names()).hasSize(3).contains(trial);
        fixture.runs(trial);
        fixture.pass();
        assertThat(fixture.names()).hasSize(5).contains(trial).doesNotContainAnyElementsOf(failed);
    }
}
