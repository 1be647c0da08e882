package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.kube.http.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a new template reaches the runners of a set. */
class RunnerSetUpdateTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aNewTemplateReplacesIdleRunnersAtOnceAndLeavesBusyOnes() throws Exception {
        fixture.create(1, 3);
        List<String> names = fixture.names();
        fixture.runs(names.get(0));
        fixture.runsJob(names.get(1));
        fixture.renewTemplate();
        fixture.replace();
        assertThat(fixture.names()).hasSize(3).contains(names.get(1)).doesNotContain(names.get(0), names.get(2));
        assertThat(fixture.runners
                        .runner(names.get(1))
                        .getSpec()
                        .runnerContainer()
                        .orElseThrow()
                        .getImage())
                .isEqualTo("runner:1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runnersAreReplacedThoughARemovalFailsHalfWay(boolean afterEffect) throws Exception {
        fixture.create(1, 3);
        List<String> former = fixture.names();
        former.forEach(fixture::runs);
        fixture.renewTemplate();
        Fault fault = Fault.on("delete", "ephemeralrunners").answer(500);
        fixture.runners.kube.faults().inject(afterEffect ? fault.afterEffect() : fault);
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        fixture.replace();
        assertThat(fixture.names()).hasSize(3).doesNotContainAnyElementsOf(former);
    }

    @Test
    void runnersAreReplacedThoughGitHubRemovesTheLastOneLater() throws Exception {
        fixture.create(1, 3);
        List<String> former = fixture.names();
        former.forEach(fixture::runs);
        fixture.renewTemplate();
        fixture.runners.github.failRemovalOf(former.getLast());
        fixture.replace();
        assertThat(fixture.names()).isNotEmpty().doesNotContainAnyElementsOf(former.subList(0, 2));
        fixture.replace();
        assertThat(fixture.names()).hasSize(3).doesNotContainAnyElementsOf(former);
    }

    @Test
    void runnersAreReplacedThoughTheFirstNewOneIsNotCreatedAtOnce() throws Exception {
        fixture.create(1, 3);
        List<String> former = fixture.names();
        former.forEach(fixture::runs);
        fixture.renewTemplate();
        fixture.pass();
        fixture.removalEnds();
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").answer(500));
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        assertThat(fixture.names()).isEmpty();
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
        fixture.runners
                .client
                .resource(fixture.runners.runner(fixture.names().getFirst()))
                .delete();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).as("nothing is replaced twice").hasSize(2);
    }

    @Test
    void anotherHashOverTheSameTemplateReplacesNothing() throws Exception {
        fixture.create(1, 2);
        List<String> names = fixture.names();
        fixture.runners
                .client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata()
                            .setAnnotations(Map.of("actions.github.com/integrity-hash", "of the Go controller"));
                    return set;
                });
        fixture.pass();
        assertThat(fixture.names()).containsExactlyInAnyOrderElementsOf(names);
    }
}
