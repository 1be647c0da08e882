package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.SCALE_SET_ID;
import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the creation of a runner to its pod. */
class RunnerStartTest {
    private ReconcilerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReconcilerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Secret secret() {
        return fixture.client.secrets().inNamespace(NAMESPACE).withName("a").get();
    }

    private Map<String, String> secretData() {
        Map<String, String> data = new HashMap<>();
        secret().getData()
                .forEach((key, value) ->
                        data.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return data;
    }

    private long registeredId() {
        return fixture.github.idOf("a");
    }

    @Test
    void aRunnerGetsFinalizersARegistrationASecretAndAPod() throws Exception {
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a").getMetadata().getFinalizers())
                .containsExactly(
                        "ephemeralrunner.actions.github.com/finalizer",
                        "ephemeralrunner.actions.github.com/runner-registration-finalizer");
        assertThat(secretData())
                .isEqualTo(Map.of(
                        "jitToken",
                        "jit-of-a-" + registeredId(),
                        "runnerName",
                        "a",
                        "runnerId",
                        Long.toString(registeredId()),
                        "scaleSetId",
                        Integer.toString(SCALE_SET_ID)));
        String uid = fixture.runner("a").getMetadata().getUid();
        assertThat(secret().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(uid));
        assertThat(fixture.pod("a").getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(uid));
        assertThat(fixture.pod("a").getSpec().getContainers().getFirst().getEnv())
                .extracting(EnvVar::getName)
                .containsExactly(
                        "ACTIONS_RUNNER_INPUT_JITCONFIG",
                        "GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT",
                        "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE");
    }

    @Test
    void theSecretCarriesTheUsersMetadata() throws Exception {
        fixture.createRunner(
                "a",
                spec -> spec.ephemeralRunnerConfigSecretMetadata(
                        new ResourceMeta(Map.of("team", "blue"), Map.of("note", "mine"))));
        fixture.reconcileRunner("a");
        assertThat(secret().getMetadata().getLabels()).containsEntry("team", "blue");
        assertThat(secret().getMetadata().getAnnotations()).containsEntry("note", "mine");
    }

    @Test
    void theWorkFolderIsTheRunnerContainersWorkingDirectory() throws Exception {
        PodTemplateSpec template = new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                .editSpec()
                .editFirstContainer()
                .withWorkingDir("/work")
                .endContainer()
                .endSpec()
                .build();
        fixture.createRunner("a", spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        fixture.createRunner("b");
        fixture.reconcileRunner("a");
        fixture.reconcileRunner("b");
        assertThat(fixture.github.workFolders).containsExactly("/work", "");
    }

    @Test
    void aRegistrationLeftByACrashIsReplacedWhileThereIsNoPod() throws Exception {
        long left = fixture.github.register("a", SCALE_SET_ID).id();
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).containsExactly(left);
        assertThat(secretData()).containsEntry("runnerId", Long.toString(registeredId()));
        assertThat(fixture.pod("a")).isNotNull();
    }

    @Test
    void aSecretLeftByACrashIsReplacedBecauseItsJitConfigMayHaveBeenUsed() throws Exception {
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(500));
        fixture.createRunner("a");
        failingPass();
        String first = secretData().get("jitToken");
        fixture.reconcileRunner("a");
        assertThat(secretData().get("jitToken")).isNotEqualTo(first);
    }

    @Test
    void aPodWhoseCreationResponseWasLostKeepsItsRegistration() throws Exception {
        fixture.kube.faults().inject(Fault.on("create", "pods").afterEffect().drop());
        fixture.kube.faults().inject(Fault.on("get", "pods").answer(500));
        fixture.createRunner("a");
        failingPass();
        long id = registeredId();
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.github.removals).isEmpty();
        fixture.podRuns("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").runnerId()).isEqualTo(id);
        assertThat(fixture.status("a").runnerName()).isEqualTo("a");
    }

    @Test
    void aPodOfATerminatedReconcileIsNotUsedForANewRegistration() throws Exception {
        fixture.createRunner("a");
        fixture.sync();
        fixture.client
                .resource(RunnerPod.desired(fixture.runner("a"), 1, ReconcilerFixture.VERSION, RunnerPolicy.DEFAULT))
                .create();
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.github.registered).isEmpty();
        assertThat(fixture.pod("a")).isNull();
        fixture.reconcileRunner("a");
        assertThat(RunnerPod.runnerId(fixture.pod("a"))).isEqualTo(registeredId());
        assertThat(secretData()).containsEntry("runnerId", Long.toString(registeredId()));
    }

    @Test
    void aPodThatCannotBeDiscardedYetIsNotTreatedAsRefused() throws Exception {
        fixture.createRunner("a");
        fixture.sync();
        fixture.client
                .resource(RunnerPod.desired(fixture.runner("a"), 1, ReconcilerFixture.VERSION, RunnerPolicy.DEFAULT))
                .create();
        fixture.kube.faults().inject(Fault.on("delete", "pods").answer(403));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> fixture.reconcileRunnerWithStaleCaches("a")))
                .isNotNull();
        assertThat(fixture.events).isEmpty();
        assertThat(fixture.status("a").phase()).isEmpty();
    }

    private void failingPass() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> fixture.reconcileRunner("a")))
                .isNotNull();
    }

    @Test
    void aNameUsedByAnotherScaleSetReplacesTheRunner() throws Exception {
        long others = fixture.github.register("a", SCALE_SET_ID + 1).id();
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).containsExactly("RunnerNameTaken");
        assertThat(registeredId()).isEqualTo(others);
    }

    @ParameterizedTest
    @CsvSource({"422, Invalid", "400, BadRequest"})
    void anInvalidPodMakesTheRunnerFailWithoutARegistration(int code, String reason) throws Exception {
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(code, reason, "bad volume"));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").phase()).isEqualTo("Failed");
        assertThat(fixture.status("a").reason()).isEqualTo("InvalidPod");
        assertThat(fixture.status("a").message())
                .startsWith("Failed to create the pod: ")
                .contains("bad volume");
        assertThat(fixture.github.registered).isEmpty();
        assertThat(secret()).isNull();
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNull();
    }

    @Test
    void anInvalidPodEndsItsRunnerOnceIfGitHubHasGivenTheRunnerAJob() throws Exception {
        fixture.github.busy.add("a");
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(422, "Invalid", "bad volume"));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.events).containsExactly("JobLost");
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.status("a").phase()).isNotEqualTo("Failed");
    }

    /** Also what follows if the process dies before it has written the end. */
    @Test
    void anInvalidPodLeavesNoRegistrationIfGitHubFailsOnce() throws Exception {
        fixture.github.failRemovalOf("a");
        try (var rejection = fixture.kube
                .faults()
                .inject(Fault.on("create", "pods")
                        .answer(422, "Invalid", "bad volume")
                        .times(2))) {
            fixture.createRunner("a");
            assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
            assertThat(fixture.status("a").phase()).isNotEqualTo("Failed");
            fixture.reconcileRunner("a");
            assertThat(rejection.strikes()).isEqualTo(2);
        }
        assertThat(fixture.github.workFolders).as("registrations").hasSize(1);
        assertThat(fixture.status("a").reason()).isEqualTo("InvalidPod");
        assertThat(fixture.github.registered).isEmpty();
        assertThat(secret()).isNull();
    }

    @Test
    void aForbiddenPodMakesTheRunnerFail() throws Exception {
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(403, "Forbidden", "privileged"));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").phase()).isEqualTo("Failed");
    }

    @Test
    void withoutQuotaTheRunnerKeepsItsRegistrationAndContinuesLater() throws Exception {
        try (var quota = fixture.kube.faults().inject(Fault.exceededQuota("pods"))) {
            fixture.createRunner("a");
            assertComesBackAfter(fixture.reconcileRunner("a"), Duration.ofSeconds(30));
            assertThat(quota.strikes()).isEqualTo(1);
        }
        assertThat(fixture.status("a").reason()).isEqualTo("QuotaExceeded");
        long id = registeredId();
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNotNull();
        assertThat(registeredId()).isEqualTo(id);
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void aRegistrationThatWaitedForQuotaIsUsedForOnePodOnly() throws Exception {
        try (var quota = fixture.kube.faults().inject(Fault.exceededQuota("pods"))) {
            fixture.createRunner("a");
            fixture.reconcileRunner("a");
            fixture.pass(Duration.ofSeconds(30));
            fixture.reconcileRunner("a");
            assertThat(quota.strikes()).isEqualTo(2);
        }
        assertThat(fixture.github.workFolders).hasSize(1);
        assertThat(fixture.events).containsExactly("QuotaExceeded");
        long first = registeredId();
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").reason()).isEqualTo("QuotaExceeded");
        fixture.deletePod("a"); // before anything was said about it
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNotNull();
        assertThat(registeredId()).isNotEqualTo(first);
    }

    /** The request that asks for the pod fails, too, with a code of a client error or a server error. */
    @ParameterizedTest
    @ValueSource(ints = {405, 500})
    void aRegistrationThatWaitedForQuotaIsNotReusedAfterALostResponse(int code) throws Exception {
        fixture.kube.faults().inject(Fault.exceededQuota("pods").times(1));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        long first = registeredId();
        fixture.kube.faults().inject(Fault.on("create", "pods").afterEffect().drop());
        fixture.kube.faults().inject(Fault.on("get", "pods").answer(code));
        failingPass();
        assertThat(RunnerPod.runnerId(fixture.pod("a"))).isEqualTo(first);
        fixture.deletePod("a"); // before anything was said about it
        fixture.reconcileRunner("a");
        assertThat(RunnerPod.runnerId(fixture.pod("a")))
                .isEqualTo(registeredId())
                .isNotEqualTo(first);
    }

    @Test
    void anUnreadableSecretIsReplacedWithItsRegistration() throws Exception {
        try (var quota = fixture.kube.faults().inject(Fault.exceededQuota("pods"))) {
            fixture.createRunner("a");
            fixture.reconcileRunner("a");
            assertThat(quota.strikes()).isEqualTo(1);
        }
        long first = registeredId();
        fixture.client.secrets().inNamespace(NAMESPACE).withName("a").edit(secret -> {
            secret.getData().put("runnerId", "bm90IGEgbnVtYmVy");
            return secret;
        });
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).containsExactly(first);
        assertThat(secretData()).containsEntry("runnerId", Long.toString(registeredId()));
        assertThat(fixture.pod("a")).isNotNull();
    }

    @Test
    void aRegistrationThatDisappearsDuringTheLookupIsRecreated() throws Exception {
        fixture.github.ghosts.add("a");
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).isEmpty();
        assertThat(secretData()).containsEntry("runnerId", Long.toString(registeredId()));
        assertThat(fixture.pod("a")).isNotNull();
    }

    @Test
    void withoutQuotaForTenMinutesTheRunnerIsReplaced() throws Exception {
        fixture.kube.faults().inject(Fault.exceededQuota("pods"));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofMinutes(10));
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void theStatusReportsWhyARunnerCannotRegister() throws Exception {
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").phase()).isEqualTo("Pending");
        assertThat(fixture.status("a").reason()).isEqualTo("GitHubUnreachable");
        assertThat(fixture.status("a").message()).contains("no route");
        assertThat(fixture.events).isEmpty();
        fixture.github.failWith(null);
        fixture.reconcileRunner("a");
        fixture.podRuns("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").reason()).isEmpty();
        assertThat(Conditions.isTrue(fixture.status("a").conditions(), Conditions.READY))
                .isFalse(); // the pod is not ready yet
    }

    @Test
    void aFailureWithVaryingMessagesIsReportedOnce() throws Exception {
        fixture.createRunner("a");
        fixture.github.failWith(new ConnectionException("request 1", ErrorDetails.NONE, null));
        fixture.reconcileRunner("a");
        String version = fixture.runner("a").getMetadata().getResourceVersion();
        fixture.github.failWith(new ConnectionException("request 2", ErrorDetails.NONE, null));
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a").getMetadata().getResourceVersion()).isEqualTo(version);
        fixture.pass(ConditionEvents.WARNING_DELAY);
        fixture.reconcileRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.events).containsExactly("GitHubUnreachable");
    }

    @Test
    void aConflictOfAResourceQuotaIsRetriedWithTheSameRegistration() throws Exception {
        fixture.kube
                .faults()
                .inject(Fault.on("create", "pods")
                        .answer(409, "Conflict", "Operation cannot be fulfilled on resourcequotas \"all\""));
        fixture.createRunner("a");
        assertThatThrownBy(() -> fixture.reconcileRunner("a")).hasMessageContaining("resourcequotas");
        long registered = registeredId();

        fixture.reconcileRunner("a");

        assertThat(RunnerPod.runnerId(fixture.pod("a"))).isEqualTo(registered);
        assertThat(registeredId()).isEqualTo(registered);
        assertThat(fixture.events).doesNotContain("PodNameTaken");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aForeignPodWithTheSameNameReplacesTheRunner(boolean isDeletionRetried) throws Exception {
        fixture.createRunner("b");
        fixture.reconcileRunner("b");
        io.fabric8.kubernetes.api.model.Pod foreign = new io.fabric8.kubernetes.api.model.PodBuilder()
                .withNewMetadata()
                .withName("a")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withSpec(fixture.pod("b").getSpec())
                .build();
        fixture.createRunner("a");
        fixture.sync();
        fixture.client.resource(foreign).create();
        if (isDeletionRetried) {
            fixture.kube.faults().inject(Fault.on("delete", "ephemeralrunners").answer(500));
            assertThatThrownBy(() -> fixture.reconcileRunnerWithStaleCaches("a"))
                    .isInstanceOf(KubernetesClientException.class);
        }
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.registered).containsOnlyKeys("b");
        assertThat(List.of(fixture.pod("a").getMetadata().getOwnerReferences())).hasSize(1);
    }
}
