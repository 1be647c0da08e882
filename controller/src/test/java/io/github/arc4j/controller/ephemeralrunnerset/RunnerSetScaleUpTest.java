package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a set creates the runners that its listener asks for. */
class RunnerSetScaleUpTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aRequestIsFulfilledOnce() throws Exception {
        fixture.create(1, 3);
        assertThat(fixture.names()).hasSize(3);
        fixture.runners.client.resource(fixture.runners().getFirst()).delete();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(2);
        fixture.request(2, 3);
        assertThat(fixture.names()).hasSize(3);
    }

    @Test
    void aRunnerThatDoesNotExitAfterItsJobIsReplacedWithoutAnotherRequest() throws Exception {
        fixture.create(1, 1);
        String hung = fixture.names().getFirst();
        fixture.runners.reportRunner(hung, status -> status.phase("Running").jobId("job"));
        fixture.requestReporting(hung + ":0:job", 2, 1); // for another job
        assertThat(fixture.names()).containsExactly(hung);
        fixture.runners.reportRunner(
                hung,
                status -> status.conditions(TestConditions.with(
                        List.of(), "JobCompleted", true, "RunnerNotExited", "", 1L, Instant.EPOCH)));
        fixture.pass();
        fixture.runners.deleteRunner(hung);
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(1).doesNotContain(hung);
    }

    @Test
    void anOfflineRunnerIsReplacedWithoutAnotherRequest() throws Exception {
        fixture.create(1, 1);
        String offline = fixture.names().getFirst();
        fixture.runners.reportRunner(
                offline,
                status -> status.phase("Running")
                        .conditions(TestConditions.with(
                                List.of(), "Online", false, "RunnerOffline", "", 1L, Instant.EPOCH)));
        fixture.pass();
        fixture.runners.deleteRunner(offline);
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(1).doesNotContain(offline);
    }

    @Test
    void theMinimumIsKeptAllTheTime() throws Exception {
        fixture.create(0, 2);
        assertThat(fixture.names()).hasSize(2);
        fixture.runners.client.resource(fixture.runners().getFirst()).delete();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void aRequestThatWasFulfilledStaysSoAfterARestart() throws Exception {
        fixture.create(1, 2);
        fixture.pass();
        assertThat(fixture.status().observedPatchID()).isEqualTo(1);
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void aRunnerBeingDeletedIsReplacedWhenItIsGone() throws Exception {
        fixture.create(1, 2);
        fixture.runners
                .client
                .resource(fixture.runners.runner(fixture.names().getFirst()))
                .delete();
        fixture.request(2, 2);
        assertThat(fixture.runners()).hasSize(2);
        fixture.replace();
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void aRunnerOfNoSetIsNeitherCountedNorRemoved() throws Exception {
        fixture.runners.createRunner("stray");
        fixture.create(1, 2);
        assertThat(fixture.names()).hasSize(3);
        fixture.names().forEach(fixture::runs);
        fixture.request(0, 0);
        assertThat(fixture.names()).containsExactly("stray");
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.set()).isNull();
        assertThat(fixture.names()).containsExactly("stray");
    }

    @Test
    void aNewRunnerHasItsFinalizersItsOwnerAndTheSetsMetadata() throws Exception {
        fixture.create(
                4,
                1,
                spec -> spec.ephemeralRunnerMetadata(new ResourceMeta(
                        Map.of("team", "blue"), Map.of("note", "mine", "actions.github.com/patch-id", "99"))));
        EphemeralRunner runner = fixture.runners().getFirst();
        assertThat(runner.getMetadata().getName()).startsWith("set-runner-");
        assertThat(runner.getMetadata().getFinalizers()).hasSize(2);
        assertThat(runner.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(fixture.set().getMetadata().getUid()));
        assertThat(runner.getMetadata().getLabels())
                .containsEntry("team", "blue")
                .containsEntry("app.kubernetes.io/component", "runner")
                .containsEntry("actions.github.com/scale-set-name", "set");
        assertThat(runner.getMetadata().getAnnotations())
                .containsEntry("note", "mine")
                .containsEntry("actions.github.com/patch-id", "4")
                .containsEntry("actions.github.com/integrity-hash", "first");
        assertThat(fixture.set().getMetadata().getFinalizers())
                .containsExactly("ephemeralrunnerset.actions.github.com/finalizer");
    }

    @Test
    void aRunnerWhoseCreationWasNotAnsweredIsNotCreatedTwice() throws Exception {
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").afterEffect().answer(500));
        fixture.create(1, 3);
        assertThat(fixture.names()).hasSize(3);
    }

    /** The server takes the request, dies, and the watch comes back later than the next pass. */
    @Test
    void aRunnerThatMayHaveBeenCreatedIsNotCreatedTwiceThoughTheCacheDoesNotKnowIt() throws Exception {
        failNextCreation(Fault.on("create", "ephemeralrunners").afterEffect());
        assertThat(fixture.names()).hasSize(1);
        fixture.runners.reconcileSetWithStaleCaches("set");
        assertThat(fixture.names()).hasSize(3);
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
    }

    @Test
    void aRunnerThatMayHaveBeenCreatedCountsAsSoonAsTheCacheKnowsIt() throws Exception {
        failNextCreation(Fault.on("create", "ephemeralrunners").afterEffect());
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
    }

    /** A slow webhook, for instance, can let it have its effect after the next try. */
    @Test
    void aCreationWithoutResponseIsTriedAgainByTheSameName() throws Exception {
        failNextCreation(Fault.on("create", "ephemeralrunners"));
        fixture.pass();
        assertThat(fixture.runners.kube.requests().snapshot())
                .map(RequestLog.Entry::request)
                .filteredOn(request ->
                        request.verb().equals("create") && request.target().equals("ephemeralrunners"))
                .hasSize(4)
                .map(ApiRequest::name)
                .first()
                .isIn(fixture.names());
        assertThat(fixture.names()).hasSize(3);
    }

    private void failNextCreation(Fault creation) {
        fixture.runners.kube.faults().inject(creation.drop());
        fixture.runners.kube.faults().inject(Fault.on("get", "ephemeralrunners").answer(503));
        assertThat(catchThrowable(() -> fixture.create(1, 3))).isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void aBadTemplateCostsOneTryNotThousandsAndTriesGetRare() throws Exception {
        try (var refusals = fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").always().answer(403, "Forbidden", "no more"))) {
            fixture.create(1, 1000);
            assertThat(refusals.strikes()).isEqualTo(1);
            assertThat(fixture.ready().getReason()).isEqualTo("RunnersRefused");
            assertThat(fixture.ready().getMessage()).contains("no more");
            fixture.pass();
            assertThat(refusals.strikes()).isEqualTo(1);
            fixture.runners.pass(Duration.ofSeconds(6));
            fixture.pass();
            assertThat(refusals.strikes()).isEqualTo(2);
            fixture.runners.pass(Duration.ofSeconds(3));
            fixture.pass();
            assertThat(refusals.strikes()).isEqualTo(2);
            assertThat(fixture.ready().getReason()).isEqualTo("RunnersRefused");
        }
        fixture.request(2, 3);
        fixture.runners.pass(Duration.ofSeconds(10));
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
    }

    /** The set waits about a minute for its next try. */
    private void refuseCreations() throws Exception {
        try (var refusals = fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").always().answer(403, "Forbidden", "no more"))) {
            fixture.create(1, 3);
            for (int i = 0; i < 4; i++) {
                fixture.runners.pass(Duration.ofMinutes(1));
                fixture.pass();
            }
            assertThat(refusals.strikes()).isEqualTo(5);
        }
    }

    @Test
    void anotherTemplateIsTriedAtOnceThoughTheFormerWasRefused() throws Exception {
        refuseCreations();
        fixture.renewTemplate();
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
    }

    @Test
    void anotherNumberIsTriedSoonThoughRunnersWereRefused() throws Exception {
        refuseCreations();
        fixture.edit(spec -> spec.patchID(2).replicas(4));
        assertThat(fixture.runners.reconcileSet("set"))
                .isInstanceOfSatisfying(
                        Result.RequeueAfter.class,
                        result -> assertThat(result.delay()).isLessThanOrEqualTo(Duration.ofSeconds(5)));
        assertThat(fixture.names()).isEmpty();
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.names()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "10, 15", "99, 100"})
    void noMoreWavesAreCreatedWhenTheNumberFallsMeanwhile(int later, int made) throws Exception {
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").meanwhile(request -> {
                    fixture.edit(spec -> spec.patchID(2).replicas(later));
                    fixture.runners.sync();
                }));
        fixture.create(1, 100);
        assertThat(fixture.names()).hasSize(made);
    }

    /** Each takes four seconds, so that a pass makes three. */
    private Faults.Injected slowCreations() {
        return fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners")
                        .always()
                        .meanwhile(request -> fixture.runners.pass(Duration.ofSeconds(4))));
    }

    @Test
    void aCreationThatTakesLongPausesForTheRestOfThePass() throws Exception {
        try (var slow = slowCreations()) {
            fixture.create(1, 100);
            assertThat(slow.strikes()).isEqualTo(3);
            assertThat(fixture.status().currentReplicas()).isEqualTo(3);
            assertThat(fixture.runners.reconcileSet("set")).isEqualTo(Result.after(Duration.ZERO));
        }
        fixture.pass();
        assertThat(fixture.names()).hasSize(100);
    }

    @Test
    void anAbsurdNumberOfRunnersIsApproachedPassByPass() throws Exception {
        try (var _ = slowCreations()) {
            fixture.create(1, Integer.MAX_VALUE);
            assertThat(fixture.status().currentReplicas()).isEqualTo(3);
            assertThat(fixture.runners.reconcileSet("set")).isEqualTo(Result.after(Duration.ZERO));
        }
    }

    @Test
    void aRunnerThatEndedIsNotReplacedWhileItsJobIsStillCounted() throws Exception {
        fixture.create(1, 3);
        List<String> names = fixture.names();
        names.forEach(fixture::runsJob);
        fixture.requestReporting("former", 1, 3);
        fixture.jobEnds(names.get(0));
        fixture.request(2, 3);
        fixture.request(3, 4); // one more job; the end is not reported yet
        assertThat(fixture.names()).hasSize(3);
        fixture.requestReporting(names.get(0), 4, 3);
        assertThat(fixture.names()).hasSize(3);
        fixture.runners.pass(Duration.ofMinutes(2));
        fixture.pass();
        assertThat(fixture.names()).hasSize(3);
    }

    @Test
    void aRunnerWhoseJobIsOverIsReplacedAsSoonAsItEnds() throws Exception {
        fixture.create(1, 2);
        List<String> names = fixture.names();
        names.forEach(fixture::runsJob);
        fixture.requestReporting(names.get(0), 2, 2); // another job came
        assertThat(fixture.names()).hasSize(2).containsAll(names);
        fixture.jobEnds(names.get(0));
        assertThat(fixture.names()).hasSize(2).contains(names.get(1)).doesNotContain(names.get(0));
        fixture.jobEnds(names.get(1));
        assertThat(fixture.names()).hasSize(1);
    }
}
