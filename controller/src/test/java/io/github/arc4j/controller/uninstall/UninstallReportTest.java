package io.github.arc4j.controller.uninstall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.controller.cluster.CustomResources;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UninstallReportTest {
    private static final String TEAM = "team";
    private static final String OTHER_TEAM = "other-team";
    private static final String PATCH = "patch";
    private static final String SETS = "autoscalingrunnersets";
    private static final String STATUS = SETS + "/status";

    private final TestKube kube = new TestKube(withDefinitions());

    /** Names of objects, with type and reason. */
    private final List<String> events = new ArrayList<>();

    private final EventRecorder recorder = (object, type, reason, message) ->
            events.add("%s %s %s".formatted(object.getMetadata().getName(), type.label(), reason));

    @AfterEach
    void stop() {
        kube.close();
    }

    private static EmbeddedKube.Builder withDefinitions() {
        EmbeddedKube.Builder builder = EmbeddedKube.builder().namespaces(TEAM, OTHER_TEAM);
        CustomResources.DEFINITIONS.forEach(builder::crd);
        return builder;
    }

    private void report(String... namespaces) {
        new UninstallReport(kube.api, Set.of(namespaces), recorder, Clock.systemUTC()).send();
    }

    private AutoscalingRunnerSet create(String namespace, String name, @Nullable AutoscalingRunnerSetStatus status) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setNamespace(namespace);
        set.getMetadata().setName(name);
        set.getMetadata().setFinalizers(List.of("test/finalizer"));
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org")
                .githubConfigSecret("github")
                .build());
        AutoscalingRunnerSet created = kube.client.resource(set).create();
        if (status != null) {
            created.setStatus(status);
            kube.client.resource(created).updateStatus();
        }
        return created;
    }

    private static AutoscalingRunnerSetStatus running() {
        List<Condition> conditions = TestConditions.with(
                List.of(), "ListenerRunning", true, "ListenerRunning", "it runs", 1L, Instant.EPOCH);
        return AutoscalingRunnerSetStatus.EMPTY.toBuilder()
                .phase("Running")
                .currentRunners(3)
                .conditions(TestConditions.with(conditions, "Ready", true, "Ready", "jobs are run", 1L, Instant.EPOCH))
                .observedGeneration(1L)
                .build();
    }

    private AutoscalingRunnerSetStatus status(String namespace, String name) {
        return kube.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getStatus();
    }

    private Condition ready(String namespace, String name) {
        return Conditions.find(status(namespace, name).conditions(), Conditions.READY)
                .orElseThrow();
    }

    private static void assertIsReported(Condition ready) {
        assertThat(ready.getStatus()).isEqualTo("False");
        assertThat(ready.getReason()).isEqualTo("ControllerUninstalled");
        assertThat(ready.getMessage()).contains("uninstalled", "installed again");
    }

    @Test
    void everyScaleSetIsReportedAsUnserved() {
        create(TEAM, "first", running());
        create(OTHER_TEAM, "second", running());

        report();

        assertIsReported(ready(TEAM, "first"));
        assertIsReported(ready(OTHER_TEAM, "second"));
        assertThat(status(TEAM, "first").phase()).isEqualTo("Pending");
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "first Warning ControllerUninstalled", "second Warning ControllerUninstalled");
    }

    /** Objects may be large. */
    @Test
    void scaleSetsAreReadOneByOne() {
        for (int i = 0; i < 45; i++) {
            create(TEAM, "set-" + i, running());
        }

        report();

        assertThat(kube.requests("list", SETS)).isEqualTo(45);
        assertThat(events).hasSize(45).doesNotHaveDuplicates();
    }

    @Test
    void theRestOfTheStatusIsKept() {
        create(TEAM, "set", running());

        report();

        assertThat(status(TEAM, "set").currentRunners()).isEqualTo(3);
        assertThat(Conditions.find(status(TEAM, "set").conditions(), "ListenerRunning"))
                .isEqualTo(Conditions.find(running().conditions(), "ListenerRunning"));
        assertThat(Instant.parse(ready(TEAM, "set").getLastTransitionTime())).isAfter(Instant.EPOCH);
    }

    @Test
    void aScaleSetThatNoControllerHasSeenIsReportedToo() {
        create(TEAM, "new", null);

        report();

        assertIsReported(ready(TEAM, "new"));
    }

    @Test
    void aScaleSetWhoseDeletionWaitsIsReportedToo() {
        AutoscalingRunnerSet set = create(TEAM, "deleted", running());
        kube.client.resource(set).delete();

        report();

        assertIsReported(ready(TEAM, "deleted"));
    }

    @Test
    void aFailedWriteDoesNotAffectOtherScaleSets() {
        create(TEAM, "a", running());
        create(TEAM, "b", running());
        create(TEAM, "c", running());
        kube.server.faults().inject(Fault.on(PATCH, STATUS).name("b").always().answer(500));

        assertThatCode(this::report).doesNotThrowAnyException();

        assertIsReported(ready(TEAM, "a"));
        assertThat(ready(TEAM, "b").getReason()).isEqualTo("Ready");
        assertIsReported(ready(TEAM, "c"));
        assertThat(events).hasSize(2).noneMatch(event -> event.startsWith("b "));
    }

    @Test
    void onlyWatchedNamespacesAreReported() {
        create(TEAM, "mine", running());
        create(OTHER_TEAM, "not-mine", running());

        report(TEAM);

        assertIsReported(ready(TEAM, "mine"));
        assertThat(ready(OTHER_TEAM, "not-mine").getReason()).isEqualTo("Ready");
        assertThat(kube.requests("list", SETS)).isEqualTo(1);
    }

    @Test
    void withoutScaleSetsThereIsNothingToDo() {
        report();

        assertThat(events).isEmpty();
        assertThat(kube.server.requests().count(request -> request.userAgent().equals("arc4j")))
                .isEqualTo(1);
    }

    @Test
    void withoutDefinitionsThereIsNothingToDo() {
        try (TestKube empty = new TestKube()) {
            assertThatCode(() -> new UninstallReport(empty.api, Set.of(), recorder, Clock.systemUTC()).send())
                    .doesNotThrowAnyException();
        }
    }

    /** The chart's Job retries the report. */
    @Test
    void failsIfTheScaleSetsCannotBeListed() {
        kube.server.faults().inject(Fault.on("list", SETS).always().answer(500));

        assertThatThrownBy(this::report).isInstanceOf(KubernetesClientException.class);
    }

    /** The process may be terminated between the status and the Event. */
    @Test
    void aSecondRunEmitsOnlyEvents() {
        create(TEAM, "set", running());
        report();
        events.clear();

        report();

        assertThat(kube.requests(PATCH, STATUS)).isEqualTo(1);
        assertThat(events).hasSize(1);
    }
}
