package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NO_ROUTE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.annotations;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scale set on GitHub is created, adopted, kept in line with the spec, and recreated after it was deleted there.
 */
class ScaleSetRegistrationTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private List<String> labels() {
        return fixture.atGitHub().labels().stream().map(Label::name).toList();
    }

    /** The response to the controller's own patch contains a spec that it has not checked. */
    @Test
    void aSpecThatChangesDuringTheRegistrationIsChecked() throws Exception {
        fixture.create(
                NAME,
                UnaryOperator.identity(),
                set -> set.getMetadata().setFinalizers(List.of(Finalizers.AUTOSCALING_RUNNER_SET)));
        var registers = fixture.runners
                .kube
                .faults()
                .inject(Fault.on("patch", "autoscalingrunnersets")
                        .meanwhile(request -> fixture.edit(spec -> spec.githubConfigUrl("ftp://github.com/org"))));
        fixture.pass();
        assertThat(registers.strikes()).isEqualTo(1);
        assertThat(fixture.findRunnerSet()).isNull();
        assertThat(fixture.listeners()).isEmpty();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False InvalidConfigUrl");
    }

    @Test
    void aScaleSetIsCreatedInTheDefaultGroupWithItsNameAsLabel() throws Exception {
        fixture.create();
        fixture.pass();
        assertThat(fixture.atGitHub())
                .returns("set", RunnerScaleSet::name)
                .returns(1, RunnerScaleSet::runnerGroupId)
                .returns(List.of(new Label("System", "set")), RunnerScaleSet::labels);
        assertThat(fixture.atGitHub().runnerSetting().disableUpdate()).isTrue();
        assertThat(annotations(fixture.set()))
                .containsEntry("runner-scale-set-id", Integer.toString(fixture.id()))
                .containsEntry(Annotations.RUNNER_SCALE_SET_NAME, "set")
                .containsEntry(Annotations.RUNNER_GROUP_NAME, "Default")
                .containsEntry(Annotations.REGISTERED_CONFIG_URL, URL);
        assertThat(fixture.set().getMetadata().getLabels())
                .containsEntry("actions.github.com/organization", "org")
                .containsEntry("actions.github.com/repository", "repo");
    }

    @Test
    void nameGroupAndAdditionalLabelsComeFromTheSpec() throws Exception {
        fixture.github.groups.put("large", 5);
        fixture.create(
                NAME,
                spec -> spec.runnerScaleSetName("mine")
                        .runnerGroup("large")
                        .runnerScaleSetLabels(List.of("gpu", "mine", "gpu")));
        fixture.pass();
        assertThat(fixture.atGitHub().name()).isEqualTo("mine");
        assertThat(fixture.atGitHub().runnerGroupId()).isEqualTo(5);
        assertThat(labels()).containsExactly("mine", "gpu");
    }

    @Test
    void anExistingScaleSetIsAdoptedAndGetsTheLabelsOfTheSpec() throws Exception {
        RunnerScaleSet found = fixture.existing("set", 1);
        fixture.create(NAME, spec -> spec.runnerScaleSetLabels(List.of("gpu")));
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(found.id());
        assertThat(labels()).containsExactly("set", "gpu");
        assertThat(fixture.atGitHub().runnerSetting().disableUpdate()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "seven", ""})
    void anInvalidIdIsIgnored(String id) throws Exception {
        fixture.createAnnotated(Map.of("runner-scale-set-id", id));
        fixture.pass();
        assertThat(fixture.github.scaleSets).containsOnlyKeys(fixture.id());
    }

    @Test
    void anUnknownGroupIsReportedAndRetried() throws Exception {
        fixture.create(NAME, spec -> spec.runnerGroup("large"));
        assertThat(fixture.pass()).isNotEqualTo(Result.done());
        assertThat(fixture.condition("ScaleSetRegistered"))
                .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo("False"))
                .satisfies(condition -> assertThat(condition.getMessage()).contains("large"));
        fixture.github.groups.put("large", 5);
        fixture.pass();
        assertThat(fixture.atGitHub().runnerGroupId()).isEqualTo(5);
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
    }

    @Test
    void aChangedGroupMovesTheScaleSet() throws Exception {
        fixture.createAndSettle();
        int id = fixture.id();
        fixture.github.groups.put("large", 5);
        fixture.edit(spec -> spec.runnerGroup("large"));
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(fixture.atGitHub().runnerGroupId()).isEqualTo(5);
        assertThat(annotations(fixture.set())).containsEntry(Annotations.RUNNER_GROUP_NAME, "large");
    }

    @ParameterizedTest
    @ValueSource(strings = {Annotations.RUNNER_SCALE_SET_NAME, Annotations.RUNNER_GROUP_NAME})
    void removedAnnotationsAreRestoredFromGitHub(String annotation) throws Exception {
        fixture.createAndSettle();
        int id = fixture.id();
        Map<String, String> complete = annotations(fixture.set());
        fixture.editObject(set -> set.getMetadata().getAnnotations().remove(annotation));
        fixture.settle();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(annotations(fixture.set())).isEqualTo(complete);
    }

    @Test
    void clearingTheGroupLaterHasNoEffect() throws Exception {
        fixture.github.groups.put("large", 5);
        fixture.create(NAME, spec -> spec.runnerGroup("large"));
        fixture.settle();
        fixture.edit(spec -> spec.runnerGroup(""));
        fixture.pass();
        assertThat(fixture.atGitHub().runnerGroupId()).isEqualTo(5);
    }

    @Test
    void aChangedCaseOfTheGroupIsNotAMove() throws Exception {
        fixture.create(NAME, spec -> spec.runnerGroup("Default"));
        fixture.settle();
        fixture.edit(spec -> spec.runnerGroup("default"));
        fixture.pass();
        assertThat(fixture.github.scaleSetCalls).noneMatch(call -> call.startsWith("update"));
    }

    @Test
    void aChangedNameRenamesTheScaleSetAndItsLabel() throws Exception {
        fixture.createAndSettle();
        int id = fixture.id();
        fixture.edit(spec -> spec.runnerScaleSetName("renamed"));
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(fixture.atGitHub().name()).isEqualTo("renamed");
        assertThat(labels()).containsExactly("renamed");
        assertThat(annotations(fixture.set())).containsEntry(Annotations.RUNNER_SCALE_SET_NAME, "renamed");
        assertThat(annotations(fixture.set())).containsEntry("runner-scale-set-id", Integer.toString(id));
        assertThat(fixture.runnerSet().getMetadata().getAnnotations())
                .containsEntry(Annotations.RUNNER_SCALE_SET_NAME, "renamed");
    }

    @Test
    void changedLabelsAreSentToGitHub() throws Exception {
        fixture.createAndSettle();
        fixture.edit(spec -> spec.runnerScaleSetLabels(List.of("gpu")));
        fixture.pass();
        assertThat(labels()).containsExactly("set", "gpu");
    }

    @Test
    void changesAtGitHubAreRevertedByTheNextCheck() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.settle();
        fixture.github.scaleSets.computeIfPresent(
                fixture.id(),
                (id, current) -> current.toBuilder()
                        .labels(List.of(Label.system("somebody")))
                        .disableUpdate(false)
                        .build());
        fixture.runners.pass(Duration.ofMinutes(5));
        fixture.pass();
        assertThat(labels()).containsExactly("somebody");
        fixture.runners.pass(Duration.ofMinutes(6));
        fixture.pass();
        assertThat(labels()).containsExactly("set");
        assertThat(fixture.atGitHub().runnerSetting().disableUpdate()).isTrue();
    }

    @Test
    void noRequestsAreSentWhileNothingChanges() throws Exception {
        fixture.createAndSettle();
        fixture.listenerIs(true, "ListenerRunning");
        fixture.settle();
        fixture.github.scaleSetCalls.clear();
        assertThat(fixture.pass()).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.github.scaleSetCalls).isEmpty();
    }

    @Test
    void aDeletedScaleSetIsRegisteredAgainAndBusyRunnersContinue() throws Exception {
        fixture.createAndSettle();
        List<String> names = fixture.runnersRun(2);
        fixture.runners.jobStarts(names.getFirst());
        int former = fixture.id();
        fixture.github.scaleSets.clear();
        fixture.listenerIs(false, "NotReady");
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(fixture.id()).isNotEqualTo(former).isPositive();
        assertThat(fixture.github.scaleSets).containsOnlyKeys(fixture.id());
        assertThat(fixture.runners.events).containsSubsequence("ScaleSetMissing", "ScaleSetRegistered");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.listener().getSpec().runnerScaleSetId()).isEqualTo(fixture.id());
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerSpec().runnerScaleSetId())
                .isEqualTo(fixture.id());
        fixture.passOfRunnerSet();
        assertThat(fixture.runners.runner(names.getFirst()).isMarkedForDeletion())
                .isFalse();
        assertThat(fixture.runners.runner(names.get(1)).isMarkedForDeletion()).isTrue();
    }

    @Test
    void aLostScaleSetIsReportedWhileItCannotBeRegisteredAgain() throws Exception {
        fixture.github.groups.put("large", 5);
        fixture.create(NAME, spec -> spec.runnerGroup("large"));
        fixture.settle();
        fixture.github.scaleSets.clear();
        fixture.github.groups.remove("large");
        fixture.runners.pass(Duration.ofMinutes(1));
        assertThat(fixture.pass()).isNotEqualTo(Result.done());
        assertThat(fixture.condition("ScaleSetRegistered").getStatus()).isEqualTo("False");
        assertThat(fixture.runners.events).contains("ScaleSetMissing");
        fixture.github.groups.put("large", 5);
        fixture.pass();
        assertThat(fixture.atGitHub().runnerGroupId()).isEqualTo(5);
    }

    @Test
    void aFailedCheckStopsNothing() throws Exception {
        fixture.createAndSettle();
        fixture.github.failWith(NO_ROUTE);
        fixture.edit(spec -> spec.maxRunners(3));
        fixture.pass();
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(3);
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False GitHubUnreachable");
        assertThat(fixture.conditionOf("ScaleSetRegistered")).isEqualTo("True Registered");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("True GitHubUnreachable");
        fixture.github.failWith(null);
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("True Reachable");
        assertThat(fixture.conditionOf("Degraded")).isEqualTo("False AsExpected");
    }

    @Test
    void aFailedCheckIsRepeatedAfterTheSameTimeHoweverOftenItFails() throws Exception {
        fixture.createAndSettle();
        fixture.github.failWith(NO_ROUTE);
        fixture.edit(spec -> spec.maxRunners(3));
        fixture.pass();
        for (int i = 0; i < 5; i++) {
            passAfter(RegistrationChecks.RETRY_PERIOD);
        }
        fixture.github.failWith(null);
        passAfter(RegistrationChecks.RETRY_PERIOD.minusSeconds(1));
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False GitHubUnreachable");
        passAfter(Duration.ofSeconds(1));
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("True Reachable");
    }

    @Test
    void aFailedCheckIsRepeatedLaterIfGitHubAsksForThat() throws Exception {
        fixture.createAndSettle();
        Duration requested = RegistrationChecks.RETRY_PERIOD.multipliedBy(3);
        fixture.github.failWith(
                new RateLimitedException("limited", new ErrorDetails(429, "", "", "", requested, true, false)));
        fixture.edit(spec -> spec.maxRunners(3));
        fixture.pass();
        fixture.github.failWith(null);
        passAfter(requested.minusSeconds(1));
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("False RateLimited");
        passAfter(Duration.ofSeconds(1));
        assertThat(fixture.conditionOf("GitHubReachable")).isEqualTo("True Reachable");
    }

    private void passAfter(Duration time) throws Exception {
        fixture.runners.pass(time);
        fixture.pass();
    }

    @Test
    void aChangedConfigUrlRegistersTheScaleSetThere() throws Exception {
        fixture.createAndSettle();
        int former = fixture.id();
        fixture.github.scaleSets.clear(); // the other place has none
        fixture.edit(spec -> spec.githubConfigUrl("https://github.com/org/other"));
        fixture.pass();
        assertThat(fixture.id()).isNotEqualTo(former);
        assertThat(annotations(fixture.set()))
                .containsEntry(Annotations.REGISTERED_CONFIG_URL, "https://github.com/org/other");
        assertThat(fixture.runners.events).contains("ScaleSetMoved");
    }

    @Test
    void aDifferentSpellingOfTheUrlIsNotAMove() throws Exception {
        fixture.createAndSettle();
        int id = fixture.id();
        fixture.edit(spec -> spec.githubConfigUrl("https://github.com/Org/repo/"));
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(fixture.runners.events).doesNotContain("ScaleSetMoved");
    }
}
