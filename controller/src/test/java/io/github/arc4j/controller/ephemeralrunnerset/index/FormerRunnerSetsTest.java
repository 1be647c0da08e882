package io.github.arc4j.controller.ephemeralrunnerset.index;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scale set with runner sets of release 0.14.2 of the Go controller, which had one for each template. */
class FormerRunnerSetsTest {
    private static final String FORMER = "set-abcde";
    private static final String PRESENT = "set";

    private final ReconcilerFixture fixture = new ReconcilerFixture();
    private AutoscalingRunnerSet scaleSet;

    @BeforeEach
    void createScaleSet() {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setName("set");
        set.getMetadata().setNamespace(NAMESPACE);
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .template(ControllerFixture.template("runner:1"))
                .build());
        scaleSet = fixture.client.resource(set).create();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void create(String name, int patchId, int replicas) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withOwnerReferences(Owners.controller(scaleSet))
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .patchID(patchId)
                .replicas(replicas)
                .ephemeralRunnerSpec(ReconcilerFixture.spec().build())
                .build());
        fixture.client.resource(set).create();
    }

    /** A former set whose runners all have jobs. */
    private void createFormerWithJobs(int jobs) {
        create(FORMER, 7, jobs);
        for (int i = 0; i < jobs; i++) {
            EphemeralRunner runner = new EphemeralRunner();
            runner.setMetadata(new ObjectMetaBuilder()
                    .withName(FORMER + "-runner-" + i)
                    .withNamespace(NAMESPACE)
                    .withOwnerReferences(Owners.controller(set(FORMER)))
                    .build());
            runner.setSpec(ReconcilerFixture.spec().build());
            fixture.client.resource(runner).create();
            fixture.reportRunner(
                    runner.getMetadata().getName(),
                    status -> status.phase("Running").jobId("job"));
        }
    }

    private void jobOfFormerSetEnds(int number) {
        fixture.deleteRunner(FORMER + "-runner-" + number);
    }

    private EphemeralRunnerSet set(String name) {
        return fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    private List<EphemeralRunner> runnersOf(String set) {
        return fixture.runners().stream()
                .filter(runner -> Owners.isController(set(set), runner))
                .toList();
    }

    @Test
    void theRunnersOfFormerSetsCountAgainstTheNumberOfThePresentOne() throws Exception {
        createFormerWithJobs(3);
        create(PRESENT, 1, 5);
        fixture.reconcileSet(PRESENT);
        assertThat(runnersOf(PRESENT)).hasSize(2);
    }

    @Test
    void whatEndsInAFormerSetIsReplacedInThePresentOneWithoutAnotherRequest() throws Exception {
        createFormerWithJobs(3);
        create(PRESENT, 1, 3);
        fixture.reconcileSet(PRESENT);
        assertThat(runnersOf(PRESENT)).isEmpty();
        jobOfFormerSetEnds(0);
        jobOfFormerSetEnds(1);
        fixture.reconcileSet(PRESENT);
        assertThat(runnersOf(PRESENT)).hasSize(2);
    }

    @Test
    void idleRunnersOfThePresentSetStayWhileFormerSetsHaveJobs() throws Exception {
        create(PRESENT, 1, 2);
        fixture.reconcileSet(PRESENT);
        createFormerWithJobs(2);
        fixture.client.resource(set(PRESENT)).edit(set -> {
            set.setSpec(set.getSpec().toBuilder().patchID(0).build());
            return set;
        });
        fixture.reconcileSet(PRESENT);
        assertThat(runnersOf(PRESENT)).hasSize(2).noneMatch(EphemeralRunner::isMarkedForDeletion);
    }

    @Test
    void aFormerSetCreatesNoRunners() throws Exception {
        create(FORMER, 7, 3);
        create(PRESENT, 1, 0);
        fixture.reconcileSet(FORMER);
        assertThat(fixture.runners()).isEmpty();
    }

    @Test
    void aFormerSetCreatesRunnersIfNoneReplacesIt() throws Exception {
        create(FORMER, 7, 3);
        assertThat(fixture.reconcileSet(FORMER)).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.runners()).isEmpty();
        fixture.pass(Duration.ofSeconds(10));
        fixture.reconcileSet(FORMER);
        assertThat(runnersOf(FORMER)).hasSize(3);
    }

    @Test
    void theStatusOfASetThatIsBeingDeletedFollowsItsRunners() throws Exception {
        createFormerWithJobs(3);
        fixture.client.resource(set(FORMER)).edit(set -> {
            set.getMetadata().setFinalizers(List.of("ephemeralrunnerset.actions.github.com/finalizer"));
            return set;
        });
        fixture.client.resource(set(FORMER)).delete();
        fixture.reconcileSet(FORMER);
        assertThat(statusOfFormer().runningEphemeralRunners()).isEqualTo(3);
        jobOfFormerSetEnds(0);
        assertThat(fixture.reconcileSet(FORMER))
                .as("numbers are written every two seconds at most")
                .isInstanceOf(Result.RequeueAfter.class);
        fixture.pass(Duration.ofSeconds(2));
        fixture.reconcileSet(FORMER);
        assertThat(statusOfFormer().runningEphemeralRunners()).isEqualTo(2);
        assertThat(statusOfFormer().currentReplicas()).isEqualTo(2);
    }

    private EphemeralRunnerSetStatus statusOfFormer() {
        return set(FORMER).getStatus();
    }
}
