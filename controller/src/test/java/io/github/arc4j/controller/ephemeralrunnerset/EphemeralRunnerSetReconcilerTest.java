package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.ErrorDetails;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.kube.http.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a set follows the listener's wishes. */
class EphemeralRunnerSetReconcilerTest {
    private ReconcilerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReconcilerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void create(int patchId, int replicas) throws Exception {
        create(patchId, replicas, UnaryOperator.identity());
    }

    private void create(int patchId, int replicas, UnaryOperator<EphemeralRunnerSetSpec.Builder> change)
            throws Exception {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName("set")
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(
                        "actions.github.com/scale-set-name", "set",
                        "actions.github.com/scale-set-namespace", NAMESPACE,
                        "app.kubernetes.io/component", "runner-set"))
                .withAnnotations(Map.of("actions.github.com/integrity-hash", "first"))
                .build());
        set.setSpec(change.apply(EphemeralRunnerSetSpec.builder()
                        .patchID(patchId)
                        .replicas(replicas)
                        .ephemeralRunnerSpec(ReconcilerFixture.spec().build()))
                .build());
        fixture.client.resource(set).create();
        pass();
    }

    private void pass() throws Exception {
        fixture.reconcileSet("set");
    }

    private void wish(int patchId, int replicas) throws Exception {
        edit(spec -> spec.patchID(patchId).replicas(replicas));
        pass();
    }

    private void edit(UnaryOperator<EphemeralRunnerSetSpec.Builder> change) {
        fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.setSpec(change.apply(set.getSpec().toBuilder()).build());
                    return set;
                });
    }

    private EphemeralRunnerSet set() {
        return fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .get();
    }

    private EphemeralRunnerSetStatus status() {
        return set().getStatus();
    }

    private Condition ready() {
        return Conditions.find(status().conditions(), Conditions.READY).orElseThrow();
    }

    private List<EphemeralRunner> runners() {
        return fixture.client
                .resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
    }

    private List<String> names() {
        return runners().stream()
                .filter(runner -> !runner.isMarkedForDeletion())
                .map(runner -> runner.getMetadata().getName())
                .toList();
    }

    private void runs(String name) {
        long id = fixture.github.register(name, ReconcilerFixture.SCALE_SET_ID).id();
        fixture.reportRunner(
                name, status -> status.phase("Running").runnerId(id).runnerName(name));
    }

    private void runsJob(String name) {
        runs(name);
        fixture.github.busy.add(name);
        fixture.reportRunner(name, status -> status.jobId("job"));
    }

    private void fails(String name, String message) {
        fixture.reportRunner(
                name,
                status -> status.phase("Failed")
                        .reason("InvalidPod")
                        .message(message)
                        .conditions(Conditions.with(
                                null, Conditions.READY, false, "InvalidPod", message, null, Instant.now())));
    }

    /** The runner's own reconciler has done its work: the object is gone. */
    private void removalEnds() throws Exception {
        for (EphemeralRunner runner : runners()) {
            if (runner.isMarkedForDeletion()) {
                fixture.reconcileRunner(runner.getMetadata().getName());
            }
        }
    }

    @Test
    void aWishIsFulfilledOnce() throws Exception {
        create(1, 3);
        assertThat(names()).hasSize(3);
        fixture.client.resource(runners().getFirst()).delete();
        removalEnds();
        pass();
        assertThat(names()).hasSize(2);
        wish(2, 3);
        assertThat(names()).hasSize(3);
    }

    @Test
    void theMinimumIsKeptAllTheTime() throws Exception {
        create(0, 2);
        assertThat(names()).hasSize(2);
        fixture.client.resource(runners().getFirst()).delete();
        removalEnds();
        pass();
        assertThat(names()).hasSize(2);
    }

    @Test
    void aWishThatWasFulfilledStaysSoAfterARestart() throws Exception {
        create(1, 2);
        pass();
        assertThat(status().observedPatchID()).isEqualTo(1);
        assertThat(names()).hasSize(2);
    }

    @Test
    void runnersBeingDeletedAreNoCapacity() throws Exception {
        create(1, 2);
        fixture.client.resource(fixture.runner(names().getFirst())).delete();
        wish(2, 2);
        assertThat(names()).hasSize(2);
        assertThat(runners()).hasSize(3);
    }

    @Test
    void aNewRunnerHasItsFinalizersItsOwnerAndTheSetsMetadata() throws Exception {
        create(
                4,
                1,
                spec -> spec.ephemeralRunnerMetadata(new ResourceMeta(
                        Map.of("team", "blue"), Map.of("note", "mine", "actions.github.com/patch-id", "99"))));
        EphemeralRunner runner = runners().getFirst();
        assertThat(runner.getMetadata().getName()).startsWith("set-runner-");
        assertThat(runner.getMetadata().getFinalizers()).hasSize(2);
        assertThat(runner.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner ->
                        assertThat(owner.getUid()).isEqualTo(set().getMetadata().getUid()));
        assertThat(runner.getMetadata().getLabels())
                .containsEntry("team", "blue")
                .containsEntry("app.kubernetes.io/component", "runner")
                .containsEntry("actions.github.com/scale-set-name", "set");
        assertThat(runner.getMetadata().getAnnotations())
                .containsEntry("note", "mine")
                .containsEntry("actions.github.com/patch-id", "4")
                .containsEntry("actions.github.com/integrity-hash", "first");
        assertThat(set().getMetadata().getFinalizers())
                .containsExactly("ephemeralrunnerset.actions.github.com/finalizer");
    }

    @Test
    void aRunnerWhoseCreationWasNotAnsweredIsNotMadeTwice() throws Exception {
        fixture.kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").afterEffect().answer(500));
        create(1, 3);
        assertThat(names()).hasSize(3);
    }

    @Test
    void aBadTemplateCostsOneTryNotThousandsAndTriesGetRare() throws Exception {
        try (var refusals = fixture.kube
                .faults()
                .inject(Fault.on("create", "ephemeralrunners").always().answer(403, "Forbidden", "no more"))) {
            create(1, 1000);
            assertThat(refusals.strikes()).isEqualTo(1);
            assertThat(ready().getReason()).isEqualTo("RunnersRefused");
            assertThat(ready().getMessage()).contains("no more");
            pass();
            assertThat(refusals.strikes()).isEqualTo(1);
            fixture.pass(Duration.ofSeconds(6));
            pass();
            assertThat(refusals.strikes()).isEqualTo(2);
            fixture.pass(Duration.ofSeconds(3));
            pass();
            assertThat(refusals.strikes()).isEqualTo(2);
            assertThat(ready().getReason()).isEqualTo("RunnersRefused");
        }
        wish(2, 3);
        fixture.pass(Duration.ofSeconds(10));
        pass();
        assertThat(names()).hasSize(3);
        assertThat(ready().getStatus()).isEqualTo("True");
    }

    @Test
    void whileAllRunnersFailOneAMinuteTriesWhetherTheTemplateWorksNow() throws Exception {
        create(1, 3);
        List<String> failed = names();
        failed.forEach(name -> fails(name, "bad volume"));
        fixture.pass(Duration.ofMinutes(1));
        pass();
        assertThat(names()).hasSize(3);
        String trial = names().stream()
                .filter(name -> !failed.contains(name))
                .findFirst()
                .orElseThrow();
        fixture.pass(Duration.ofMinutes(1));
        wish(2, 5);
        assertThat(names()).hasSize(3).contains(trial);
        runs(trial);
        pass();
        assertThat(names()).hasSize(5).contains(trial).doesNotContainAnyElementsOf(failed);
    }

    /** As the listener does after the end of jobs. */
    private void wishWithout(String completed, int patchId, int replicas) throws Exception {
        edit(spec -> spec.patchID(patchId).replicas(replicas));
        fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata().getAnnotations().put("actions.github.com/completed-runners", completed);
                    return set;
                });
        pass();
    }

    private void jobEnds(String name) throws Exception {
        fixture.github.busy.remove(name);
        fixture.client.resource(fixture.runner(name)).delete();
        removalEnds();
        pass();
    }

    @Test
    void aRunnerThatEndedIsNotReplacedForAWishThatStillCountsItsJob() throws Exception {
        create(1, 3);
        List<String> names = names();
        names.forEach(this::runsJob);
        wishWithout("former", 1, 3);
        jobEnds(names.get(0));
        wish(2, 3);
        wish(3, 4); // one more job; the end is not told yet
        assertThat(names()).hasSize(3);
        wishWithout(names.get(0), 4, 3);
        assertThat(names()).hasSize(3);
        fixture.pass(Duration.ofMinutes(2));
        pass();
        assertThat(names()).hasSize(3);
    }

    @Test
    void aRunnerWhoseJobIsOverIsReplacedAsSoonAsItEnds() throws Exception {
        create(1, 2);
        List<String> names = names();
        names.forEach(this::runsJob);
        wishWithout(names.get(0), 2, 2); // another job came
        assertThat(names()).hasSize(2).containsAll(names);
        jobEnds(names.get(0));
        assertThat(names()).hasSize(2).contains(names.get(1)).doesNotContain(names.get(0));
        jobEnds(names.get(1));
        assertThat(names()).hasSize(1);
    }

    @Test
    void aRunnerWhoseJobIsOverIsNoSurplus() throws Exception {
        create(0, 1);
        List<String> idle = names();
        idle.forEach(this::runs);
        wish(1, 2);
        String busy = names().stream()
                .filter(name -> !idle.contains(name))
                .findFirst()
                .orElseThrow();
        runsJob(busy);
        wishWithout(busy, 0, 1);
        assertThat(names()).hasSize(2);
        jobEnds(busy);
        assertThat(names()).isEqualTo(idle);
    }

    @Test
    void runnersAreNeverRemovedWhileJobsMoveAbout() throws Exception {
        create(1, 3);
        wish(2, 1);
        assertThat(names()).hasSize(3);
    }

    @Test
    void anIdleSetLosesItsSurplusFirstWhatFailedThenWhatWaitsThenWhatIsIdle() throws Exception {
        create(1, 4);
        List<String> names = names();
        runs(names.get(0));
        fails(names.get(1), "bad");
        fixture.reportRunner(names.get(2), status -> status.phase("Pending"));
        runs(names.get(3));
        wish(0, 3);
        assertThat(names()).containsExactlyInAnyOrder(names.get(0), names.get(2), names.get(3));
        wish(0, 2);
        assertThat(names()).containsExactlyInAnyOrder(names.get(0), names.get(3));
        wish(0, 1);
        assertThat(names()).hasSize(1);
    }

    @Test
    void theOldestIdleRunnerGoesFirst() throws Exception {
        create(1, 1);
        String first = names().getFirst();
        runs(first);
        Instant created = Instant.parse(fixture.runner(first).getMetadata().getCreationTimestamp());
        await().until(() -> Instant.now().isAfter(created.plusSeconds(1))); // its time stamps have whole seconds
        wish(2, 2);
        names().stream().filter(name -> !name.equals(first)).forEach(this::runs);
        wish(0, 1);
        assertThat(names()).hasSize(1).doesNotContain(first);
    }

    @Test
    void aRunnerWithAJobIsNeverRemoved() throws Exception {
        create(1, 2);
        names().forEach(this::runsJob);
        wish(0, 0);
        assertThat(names()).hasSize(2);
    }

    @Test
    void aRunnerThatGitHubGaveAJobAMomentAgoIsNotRemoved() throws Exception {
        create(1, 2);
        List<String> names = names();
        names.forEach(this::runs);
        fixture.github.busy.add(names.getFirst());
        wish(0, 0);
        assertThat(names()).containsExactly(names.getFirst());
    }

    @Test
    void aRunnerWhosePodKnowsItsRegistrationAloneIsNotRemovedWithAJob() throws Exception {
        create(1, 2);
        String busy = names().getFirst();
        fixture.reconcileRunner(busy);
        fixture.github.busy.add(busy);
        assertThat(fixture.status(busy).runnerId()).isZero();
        wish(0, 0);
        assertThat(names()).containsExactly(busy);
    }

    @Test
    void aRunnerWhoseDeletionMeetsAConflictIsNotForgotten() throws Exception {
        create(1, 1);
        String name = names().getFirst();
        fixture.reportRunner(name, status -> status.phase("Succeeded"));
        fixture.kube.faults().inject(Fault.on("delete", "ephemeralrunners").answer(409));
        org.assertj.core.api.Assertions.assertThatThrownBy(this::pass).isInstanceOf(KubernetesClientException.class);
        pass();
        assertThat(names()).isEmpty();
    }

    private @Nullable Double gauge(String state) {
        return fixture.metrics.getSampleValue(
                "gha_controller_%s_ephemeral_runners".formatted(state),
                new String[] {"name", "namespace", "repository", "organization", "enterprise"},
                new String[] {"set", NAMESPACE, "repo", "org", ""});
    }

    @Test
    void gaugesShowTheRunnersByStateAsLongAsTheSetLives() throws Exception {
        create(1, 4);
        List<String> names = names();
        runs(names.get(0));
        runs(names.get(1));
        fails(names.get(2), "bad");
        pass();
        assertThat(gauge("pending")).isEqualTo(1);
        assertThat(gauge("running")).isEqualTo(2);
        assertThat(gauge("failed")).isEqualTo(1);
        fixture.client.resource(set()).delete();
        pass();
        removalEnds();
        pass();
        assertThat(set()).isNull();
        assertThat(gauge("pending")).isNull();
        assertThat(gauge("running")).isNull();
        assertThat(gauge("failed")).isNull();
    }

    @Test
    void aFailureOfGitHubIsToldOnceHoweverItIsWorded() throws Exception {
        create(1, 2);
        names().forEach(this::runs);
        fixture.github.failWith(new ConnectionException("request 1", ErrorDetails.NONE, null));
        wish(0, 0);
        String version = set().getMetadata().getResourceVersion();
        assertThat(ready().getReason()).isEqualTo("GitHubUnreachable");
        fixture.github.failWith(new ConnectionException("request 2", ErrorDetails.NONE, null));
        fixture.pass(Duration.ofMinutes(1));
        pass();
        assertThat(set().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(fixture.events).containsExactly("GitHubUnreachable");
        fixture.github.failWith(null);
        pass();
        assertThat(names()).isEmpty();
        assertThat(ready().getStatus()).isEqualTo("True");
    }

    @Test
    void finishedRunnersGoAtOnce() throws Exception {
        create(1, 2);
        fixture.reportRunner(names().getFirst(), status -> status.phase("Succeeded"));
        pass();
        assertThat(names()).hasSize(1);
    }

    @Test
    void failedRunnersAreToldCountedAndReplacedAfterAMinute() throws Exception {
        create(1, 3);
        List<String> names = names();
        fails(names.get(0), "bad volume");
        fails(names.get(1), "bad volume");
        runs(names.get(2));
        pass();
        assertThat(status().failedEphemeralRunners()).isEqualTo(2);
        assertThat(status().currentReplicas()).isEqualTo(3);
        assertThat(ready().getStatus()).isEqualTo("False");
        assertThat(ready().getReason()).isEqualTo("RunnersFailed");
        assertThat(ready().getMessage()).startsWith("2 runners can't start; ").contains("bad volume");
        assertThat(names()).hasSize(3).containsAll(names);
        fixture.pass(Duration.ofMinutes(1));
        pass();
        assertThat(names()).hasSize(3).contains(names.get(2)).doesNotContain(names.get(0), names.get(1));
        removalEnds();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(ready().getStatus()).isEqualTo("True");
    }

    @Test
    void runnersThatCannotStartAreToldWithTheirNumber() throws Exception {
        create(1, 2);
        fixture.reportRunner(
                names().get(0),
                status -> status.phase("Pending").reason("ImagePullFailed").message("no such image"));
        pass();
        assertThat(ready().getReason()).isEqualTo("RunnersStuck");
        assertThat(ready().getMessage()).startsWith("1 runner can't start; ").endsWith("no such image");
        fixture.reportRunner(
                names().get(1),
                status -> status.phase("Pending").reason("ImagePullFailed").message("no such image"));
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(ready().getMessage()).startsWith("2 runners can't start; ");
    }

    @Test
    void theStatusCountsRunnersByState() throws Exception {
        create(1, 4);
        List<String> names = names();
        runs(names.get(0));
        runsJob(names.get(1));
        fails(names.get(2), "bad");
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(status().currentReplicas()).isEqualTo(4);
        assertThat(status().pendingEphemeralRunners()).isEqualTo(1);
        assertThat(status().runningEphemeralRunners()).isEqualTo(2);
        assertThat(status().failedEphemeralRunners()).isEqualTo(1);
        assertThat(status().phase()).isEqualTo("Running");
    }

    @Test
    void aSettledSetIsNotWritten() throws Exception {
        create(1, 2);
        fixture.pass(Duration.ofSeconds(5));
        pass();
        String version = set().getMetadata().getResourceVersion();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(set().getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void aNewTemplateReplacesIdleRunnersAtOnceAndLeavesBusyOnes() throws Exception {
        create(1, 3);
        List<String> names = names();
        runs(names.get(0));
        runsJob(names.get(1));
        renewTemplate();
        pass();
        assertThat(names()).hasSize(3).contains(names.get(1)).doesNotContain(names.get(0), names.get(2));
        assertThat(fixture.runner(names.get(1))
                        .getSpec()
                        .runnerContainer()
                        .orElseThrow()
                        .getImage())
                .isEqualTo("runner:1");
    }

    private void renewTemplate() {
        fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata().setAnnotations(Map.of("actions.github.com/integrity-hash", "second"));
                    set.setSpec(set.getSpec().toBuilder()
                            .ephemeralRunnerSpec(set.getSpec().ephemeralRunnerSpec().toBuilder()
                                    .template(ControllerFixture.template("runner:2"))
                                    .build())
                            .build());
                    return set;
                });
    }

    @Test
    void anotherHashOverTheSameTemplateReplacesNothing() throws Exception {
        create(1, 2);
        List<String> names = names();
        fixture.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName("set")
                .edit(set -> {
                    set.getMetadata()
                            .setAnnotations(Map.of("actions.github.com/integrity-hash", "of the Go controller"));
                    return set;
                });
        pass();
        assertThat(names()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void anOutdatedRunnerStopsTheSetUntilItsTemplateIsRenewed() throws Exception {
        create(1, 3);
        List<String> names = names();
        fixture.reportRunner(names.get(0), status -> status.phase("Outdated"));
        runsJob(names.get(1));
        pass();
        assertThat(status().phase()).isEqualTo("Outdated");
        assertThat(ready().getReason()).isEqualTo("RunnerOutdated");
        assertThat(names()).containsExactlyInAnyOrder(names.get(0), names.get(1));
        wish(2, 5);
        assertThat(names()).hasSize(2);
        renewTemplate();
        wish(3, 5);
        assertThat(status().phase()).isEqualTo("Running");
        assertThat(names()).hasSize(5).contains(names.get(1)).doesNotContain(names.get(0));
    }

    private void proxyPassword(String password) {
        fixture.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("proxy-user")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .addToStringData("username", "u")
                        .addToStringData("password", password)
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    }

    private Optional<Secret> proxySecret() {
        return fixture.client.secrets().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(secret -> secret.getData().containsKey("http_proxy"))
                .findFirst();
    }

    private String httpProxy() {
        return new String(
                Base64.getDecoder().decode(proxySecret().orElseThrow().getData().get("http_proxy")),
                StandardCharsets.UTF_8);
    }

    @Test
    void theProxyReachesRunnersThroughASecretThatFollowsItsCredentialsAndGoesWithTheSet() throws Exception {
        proxyPassword("one");
        ProxyConfig proxy =
                new ProxyConfig(new ProxyServerConfig("http://proxy:8080", "proxy-user"), null, List.of("localhost"));
        create(
                1,
                1,
                spec -> spec.ephemeralRunnerSpec(
                        ReconcilerFixture.spec().proxy(proxy).build()));
        assertThat(httpProxy()).isEqualTo("http://u:one@proxy:8080");
        assertThat(runners().getFirst().getSpec().proxySecretRef())
                .isEqualTo(proxySecret().orElseThrow().getMetadata().getName());
        proxyPassword("two");
        fixture.pass(Duration.ofMinutes(11));
        pass();
        assertThat(httpProxy()).isEqualTo("http://u:two@proxy:8080");
        fixture.client.resource(set()).delete();
        pass();
        removalEnds();
        pass();
        assertThat(set()).isNull();
        assertThat(proxySecret()).isEmpty();
    }

    @Test
    void aMissingProxySecretIsToldAndStopsNewRunners() throws Exception {
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy:8080", "proxy-user"), null, List.of());
        create(
                1,
                1,
                spec -> spec.ephemeralRunnerSpec(
                        ReconcilerFixture.spec().proxy(proxy).build()));
        assertThat(names()).isEmpty();
        assertThat(ready().getReason()).isEqualTo("SecretMissing");
        assertThat(ready().getMessage()).contains("proxy-user");
        proxyPassword("one");
        pass();
        assertThat(names()).hasSize(1);
    }

    @Test
    void aDeletedSetWaitsForItsBusyRunners() throws Exception {
        create(1, 3);
        List<String> names = names();
        runsJob(names.get(0));
        runs(names.get(1));
        fixture.client.resource(set()).delete();
        pass();
        removalEnds();
        pass();
        assertThat(runners())
                .extracting(HasMetadata::getMetadata)
                .extracting("name")
                .containsExactly(names.get(0));
        assertThat(set()).isNotNull();
        fixture.github.busy.clear();
        fixture.client.resource(fixture.runner(names.get(0))).delete();
        removalEnds();
        pass();
        assertThat(set()).isNull();
        assertThat(runners()).isEmpty();
        assertThat(fixture.github.registered).isEmpty();
    }
}
