package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that wait although runners are idle. */
class StaleDemandTest {
    private static final String REAPED = "gha_controller_runners_reaped_total";

    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** The runners have been idle for a long time. */
    private void create(int minRunners, int replicas) throws Exception {
        AutoscalingRunnerSet owner = new AutoscalingRunnerSet();
        owner.setMetadata(
                new ObjectMetaBuilder().withName("set").withNamespace(NAMESPACE).build());
        owner.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .template(ControllerFixture.template("runner:1"))
                .minRunners(minRunners)
                .build());
        AutoscalingRunnerSet created = fixture.runners.client.resource(owner).create();
        fixture.create(1, 0);
        fixture.runners.client.resource(fixture.set()).edit(set -> {
            set.getMetadata().setOwnerReferences(List.of(Owners.controller(created)));
            return set;
        });
        fixture.request(2, replicas);
        fixture.names().forEach(name -> fixture.isReady(name, Duration.ofHours(1)));
        fixture.pass();
    }

    private void fiveMinutesPass() throws Exception {
        fixture.runners.pass(Duration.ofMinutes(5).plusSeconds(1));
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
    }

    private long idleReplaced() {
        Double value = fixture.runners.metrics.getSampleValue(
                REAPED,
                new String[] {"name", "namespace", "reason"},
                new String[] {"set", NAMESPACE, "IdleRunnersReplaced"});
        return value == null ? 0 : value.longValue();
    }

    private boolean isStale() {
        return Conditions.isTrue(fixture.status().conditions(), "DemandStale");
    }

    /** Waves do not help: 3 jobs wait for 4 idle runners, of which one is to be kept idle. */
    private void becomeStale() throws Exception {
        create(1, 4);
        for (int i = 0; i < 3; i++) {
            fiveMinutesPass();
            fixture.names().forEach(name -> fixture.isReady(name, Duration.ofMinutes(10)));
        }
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
    }

    @Test
    void idleRunnersThatGetNoJobAreReplacedInSmallWaves() throws Exception {
        create(0, 3);
        List<String> before = fixture.names();
        fixture.runners.pass(Duration.ofMinutes(4));
        fixture.pass();
        assertThat(fixture.names()).isEqualTo(before);

        fixture.runners.pass(Duration.ofMinutes(1).plusSeconds(1));
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(3).isNotEqualTo(before);
        assertThat(fixture.names()).filteredOn(before::contains).hasSize(2);
        assertThat(idleReplaced()).isEqualTo(1);
        assertThat(fixture.runners.events).contains("IdleRunnersReplaced");
    }

    @Test
    void aJobOfAForeignRunnerDoesNotShowThatJobsStart() throws Exception {
        create(0, 3);
        List<String> before = fixture.names();
        fixture.runners.pass(Duration.ofMinutes(4));
        fixture.runners.cacheWhatIsCollected(
                fixture.foreignRunner("evil", status -> status.phase("Running").jobId("job")));
        fixture.runners.pass(Duration.ofMinutes(1).plusSeconds(1));
        fixture.pass();
        assertThat(fixture.names()).hasSize(2).isSubsetOf(before);
        assertThat(idleReplaced()).isEqualTo(1);
    }

    @Test
    void idleRunnersAreKeptWhileJobsStart() throws Exception {
        create(0, 3);
        List<String> before = fixture.names();
        for (int i = 0; i < 3; i++) {
            fixture.runners.pass(Duration.ofMinutes(4));
            fixture.runsJob(before.get(i));
            fixture.request(3 + i, 3 + i + 1);
            fixture.names().forEach(name -> {
                if (!before.contains(name)) {
                    fixture.isReady(name, Duration.ofHours(1));
                }
            });
        }
        assertThat(fixture.names()).containsAll(before);
        assertThat(idleReplaced()).isZero();
    }

    @Test
    void idleRunnersOfTheMinimumAreNotSuspected() throws Exception {
        create(3, 3);
        List<String> before = fixture.names();
        for (int i = 0; i < 4; i++) {
            fiveMinutesPass();
        }
        assertThat(fixture.names()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(isStale()).isFalse();
    }

    @Test
    void jobsThatNoRunnerGetsNeedNoRunnersExceptOne() throws Exception {
        becomeStale();
        assertThat(isStale()).isTrue();
        assertThat(fixture.status().staleJobs()).isEqualTo(3);
        assertThat(fixture.names()).hasSize(2); // the minimum, and one for the jobs in case they exist
        fixture.request(9, 6); // two more jobs
        assertThat(fixture.names()).hasSize(4);
        assertThat(fixture.status().staleJobs()).isEqualTo(3);
    }

    @Test
    void aNewProcessFindsThemInTheStatus() throws Exception {
        create(1, 4);
        fixture.runners.client.resource(fixture.set()).editStatus(set -> {
            set.setStatus(set.getStatus().toBuilder().staleJobs(3).build());
            return set;
        });
        fixture.pass();
        fixture.removalEnds();
        fixture.request(9, 4);
        assertThat(fixture.names()).hasSize(2);
        assertThat(fixture.status().staleJobs()).isEqualTo(3);
    }

    @Test
    void allJobsAreBelievedAgainWhenOneStarts() throws Exception {
        becomeStale();
        fixture.runsJob(fixture.names().getFirst());
        fixture.request(9, 4);
        assertThat(isStale()).isFalse();
        assertThat(fixture.status().staleJobs()).isZero();
        assertThat(fixture.names()).hasSize(4);
    }

    @Test
    void theConditionEndsWithCorrectStatistics() throws Exception {
        becomeStale();
        fixture.request(9, 2);
        assertThat(fixture.status().staleJobs()).isEqualTo(1);
        fixture.request(0, 1);
        fixture.removalEnds();
        fixture.pass();
        assertThat(isStale()).isFalse();
        assertThat(fixture.names()).hasSize(1);
    }

    @Test
    void nothingIsAssumedIfJobsStartThatTheClusterDoesNotKnow() throws Exception {
        create(0, 2);
        List<String> before = fixture.names();
        long id = 7;
        for (String runner : before) {
            long runnerId = id++;
            fixture.runners.reportRunner(runner, status -> status.runnerId(runnerId));
            fixture.runners.github.register(runner, 7, runnerId);
            fixture.runners.github.busy.add(runner);
        }
        for (int i = 0; i < 5; i++) {
            fiveMinutesPass();
        }
        fixture.request(9, 3);
        assertThat(isStale()).isFalse();
        assertThat(fixture.names()).hasSize(3).containsAll(before);
        assertThat(idleReplaced()).isZero();
    }
}
