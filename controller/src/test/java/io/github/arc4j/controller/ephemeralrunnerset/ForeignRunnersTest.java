package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.SCALE_SET_ID;
import static io.github.arc4j.controller.ephemeralrunnerset.RunnerSetFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.controller.SyncedCaches;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runners that a tenant creates in a namespace of theirs, with an owner reference to a set of somebody else. */
class ForeignRunnersTest {
    private static final String OTHER = "of-somebody-else";

    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void create(String name, UnaryOperator<EphemeralRunnerStatusBuilder> status) {
        fixture.runners.cacheWhatIsCollected(fixture.foreignRunner(name, status));
    }

    /** A runner whose pod names the id of a runner of somebody else. */
    private void createWithForgedId() {
        long id = fixture.runners.github.register(OTHER, SCALE_SET_ID).id();
        create("evil", UnaryOperator.identity());
        fixture.runners.cacheWhatIsCollected(new PodBuilder()
                .withNewMetadata()
                .withName("evil")
                .withNamespace(TENANT)
                .withUid("uid-of-pod")
                .withLabels(Map.of("actions-ephemeral-runner", "True"))
                .withAnnotations(Map.of("actions.github.com/runner-id", Long.toString(id)))
                .endMetadata()
                .build());
    }

    private void assertThatNothingWasTouched() {
        assertThat(fixture.runners.github.removals).isEmpty();
        assertThat(fixture.runners.requestsIn(TENANT)).isZero();
    }

    @Test
    void aForeignRunnerIsNotRemovedWithTheCredentialsOfTheSet() throws Exception {
        fixture.create(1, 1);
        createWithForgedId();
        fixture.pass();
        assertThat(fixture.names()).hasSize(1);
        assertThatNothingWasTouched();
    }

    @Test
    void foreignRunnersDoNotCount() throws Exception {
        fixture.create(1, 0);
        createWithForgedId();
        create("idle", status -> status.phase("Running"));
        create("busy", status -> status.phase("Running").jobId("job"));
        create("failed", status -> status.phase("Failed").reason("InvalidPod").message("of the tenant"));
        create("outdated", status -> status.phase("Outdated"));
        fixture.request(2, 2);
        fixture.runners.pass(Duration.ofSeconds(2));
        fixture.pass();
        assertThat(fixture.names()).hasSize(2);
        assertThat(fixture.status().currentReplicas()).isEqualTo(2);
        assertThat(fixture.status().pendingEphemeralRunners()).isEqualTo(2);
        assertThat(fixture.status().runningEphemeralRunners()).isZero();
        assertThat(fixture.status().failedEphemeralRunners()).isZero();
        assertThatNothingWasTouched();
    }

    @Test
    void theEndOfAForeignJobMakesUpForNoRunner() throws Exception {
        fixture.create(1, 1);
        create("evil", status -> status.phase("Running").jobId("job"));
        fixture.pass();
        EphemeralRunner ended =
                fixture.foreignRunner("evil", status -> status.phase("Running").jobId("job"));
        ended.getMetadata().setDeletionTimestamp(fixture.runners.now());
        ended.getMetadata().setFinalizers(List.of("tenant/hold"));
        fixture.runners.cacheWhatIsCollected(ended);
        fixture.request(2, 2);
        assertThat(fixture.names()).hasSize(2);
        assertThatNothingWasTouched();
    }

    @Test
    void foreignRunnersDoNotBlockTheDeletionOfTheSet() throws Exception {
        fixture.create(1, 0);
        createWithForgedId();
        create("busy", status -> status.phase("Running").jobId("job"));
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.pass();
        assertThat(fixture.set()).isNull();
        assertThatNothingWasTouched();
    }

    /** Whatever chooses the runners to delete. */
    @Test
    void theDeletionOfIdleRunnersSkipsForeignOnes() throws Exception {
        fixture.create(1, 0);
        long id = fixture.runners.github.register(OTHER, SCALE_SET_ID).id();
        EphemeralRunner foreign = fixture.foreignRunner("evil", status -> status.runnerId(id));
        try (KubernetesApi api = fixture.runners.kube.connect("deletion")) {
            Clock clock = Clock.systemUTC();
            Resources resources = Resources.of(
                    api.client(),
                    api.json(),
                    new SyncedCaches(fixture.runners.kube, api.client()),
                    (object, type, reason, message) -> {},
                    clock);
            deletion(resources, clock)
                    .deleteIdle(fixture.set(), List.of(foreign), 1, RunnerEnding.SURPLUS, new PassOutcome());
        }
        assertThatNothingWasTouched();
    }

    private RunnerDeletion deletion(Resources resources, Clock clock) {
        ResourceCache<EphemeralRunnerSet> sets = resources.ephemeralRunnerSets().cache();
        ResourceCache<EphemeralRunner> runners = resources.ephemeralRunners().cache();
        RunnerEndings endings = new RunnerEndings(runners);
        RunnerIndex index = new RunnerIndex(runners, resources.pods().cache(), clock);
        return new RunnerDeletion(
                resources.ephemeralRunners(),
                resources.pods(),
                access -> fixture.runners.github,
                new Deregistrations(runners),
                endings,
                new ScalingState(sets, runners, index, new FormerRunnerSets(sets, index, clock), endings, clock),
                new StaleDemand(sets, runners, index, clock),
                new RunnerMetrics(
                        new CollectorRegistry(),
                        resources.autoscalingRunnerSets().cache(),
                        sets));
    }
}
