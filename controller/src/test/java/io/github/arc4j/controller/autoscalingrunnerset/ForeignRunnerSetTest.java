package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.Owners;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A runner set that a tenant creates in a namespace of theirs, with an owner reference to a scale set of somebody else. */
class ForeignRunnerSetTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();
    /** Its finalizer holds it: the garbage collector deletes it, because its owner is in another namespace. */
    private EphemeralRunnerSet foreign;

    @BeforeEach
    void start() throws Exception {
        fixture.createAndSettle();
        fixture.createOfTenant(UnaryOperator.identity(), Map.of());
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName("evil")
                .withNamespace(TENANT)
                .withOwnerReferences(Owners.controller(fixture.set()))
                .withFinalizers("tenant/hold")
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(ReconcilerFixture.spec().build())
                .build());
        foreign = fixture.runners.client.resource(set).create();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void createRunner(String name) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(TENANT)
                .withOwnerReferences(Owners.controller(foreign))
                .build());
        runner.setSpec(ReconcilerFixture.spec().build());
        fixture.runners.client.resource(runner).create();
    }

    private void assertThatNothingWasTouched() {
        assertThat(fixture.runners.requestsIn(TENANT)).isZero();
    }

    @Test
    void itsRunnersDoNotCountTowardsThoseOfTheScaleSet() throws Exception {
        createRunner("evil-1");
        createRunner("evil-2");
        fixture.runners.kube.requests().reset();
        List<String> names = fixture.runnersRun(2);
        fixture.passOfAll(Duration.ofSeconds(2));
        assertThat(names).hasSize(2);
        assertThat(fixture.runners()).hasSize(2);
        assertThatNothingWasTouched();
    }

    @Test
    void itDoesNotBlockTheDeletionOfTheScaleSet() throws Exception {
        fixture.runners.kube.requests().reset();
        fixture.deleteAndEndListeners();
        fixture.passOfAll(Duration.ZERO);
        assertThat(fixture.find(NAME)).isNull();
        assertThat(fixture.github.scaleSets).isEmpty();
        assertThatNothingWasTouched();
    }
}
