package io.github.arc4j.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.TestClock;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With the CRD of an earlier release, which Helm does not upgrade. */
class DroppedFieldsTest {
    private final TestClock clock = new TestClock();
    private final List<String> events = new ArrayList<>();
    private final TestKube kube = new TestKube(withoutConditions());
    private final ResourceClient<EphemeralRunnerSet> sets = new ResourceClient<>(
            kube.api.client(),
            EphemeralRunnerSet.class,
            new ResourceCache<>(EphemeralRunnerSet.class),
            kube.api.json(),
            (object, type, reason, message) -> events.add(reason + ": " + message),
            clock);

    private static EmbeddedKube.Builder withoutConditions() {
        EmbeddedKube.Builder builder = EmbeddedKube.builder();
        for (Crds.Crd crd : Crds.load()) {
            JsonNode definition = crd.json();
            for (JsonNode version : definition.at("/spec/versions")) {
                ((ObjectNode) version.at("/schema/openAPIV3Schema/properties/status/properties")).remove("conditions");
            }
            builder.crd(definition);
        }
        return builder;
    }

    @AfterEach
    void stop() {
        kube.close();
    }

    private EphemeralRunnerSet create() {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.getMetadata().setName("set");
        set.getMetadata().setNamespace(TestKube.NAMESPACE);
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(ReconcilerFixture.spec().build())
                .build());
        return kube.client.resource(set).create();
    }

    private EphemeralRunnerSet write(EphemeralRunnerSet set, int replicas) {
        List<Condition> conditions =
                TestConditions.with(List.of(), Conditions.READY, true, "Scaled", "all is well", 1L, clock.instant());
        EphemeralRunnerSetStatus wanted = EphemeralRunnerSetStatus.EMPTY.toBuilder()
                .currentReplicas(replicas)
                .phase("Running")
                .conditions(conditions)
                .build();
        return sets.patchStatus(set, set.getStatus(), wanted);
    }

    private long patches() {
        return kube.requests("patch", "ephemeralrunnersets/status");
    }

    @Test
    void droppedFieldsAreReportedAndNotWrittenRepeatedly() {
        EphemeralRunnerSet set = write(create(), 1);
        assertThat(sets.dropsStatus(TestKube.NAMESPACE, "conditions")).isTrue();
        assertThat(events)
                .singleElement()
                .asString()
                .startsWith("CRDOutdated: ")
                .contains("ephemeralrunnersets.actions.github.com drops status.conditions")
                .contains("kubectl apply --server-side");
        assertThat(write(set, 1)).isSameAs(set);
        assertThat(patches()).isEqualTo(1);
    }

    /** A tenant's policy may remove a field, which must not concern the objects of others. */
    @Test
    void fieldsOfOtherNamespacesAreStillWritten() {
        write(create(), 1);
        assertThat(sets.dropsStatus("other", "conditions")).isFalse();
        assertThat(sets.retryOfDroppedStatus("other")).isNull();
    }

    @Test
    void knownFieldsAreWrittenAsUsual() {
        EphemeralRunnerSet set = write(write(create(), 1), 2);
        assertThat(set.getStatus().currentReplicas()).isEqualTo(2);
        assertThat(events).hasSize(1);
    }

    @Test
    void aDroppedFieldIsRetriedBecauseTheCrdMayHaveBeenUpgraded() {
        EphemeralRunnerSet set = write(create(), 1);
        clock.pass(Duration.ofSeconds(31));
        write(set, 1);
        assertThat(patches()).isEqualTo(2);
        assertThat(events).hasSize(2);
    }
}
