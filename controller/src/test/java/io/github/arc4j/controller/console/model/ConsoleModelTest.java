package io.github.arc4j.controller.console.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.console.ConsoleFixture;
import io.github.arc4j.runtime.cache.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console shows of the caches. */
@NullUnmarked
class ConsoleModelTest {
    private static final Request SET = new Request(ConsoleFixture.NAMESPACE, "set");

    private final ConsoleFixture fixture = new ConsoleFixture();
    private final ConsoleModel model = new ConsoleModel(fixture.caches, "1.2.3", fixture.clock);

    private ScaleSetRow row() {
        fixture.clock.pass(Duration.ofSeconds(1));
        return model.fleet().scaleSets().getFirst();
    }

    @Test
    void countsRunnersByWhatTheyDo() {
        fixture.scaleSet("set", 8, spec -> spec.minRunners(1).maxRunners(9));
        fixture.runner("set", "starting", EphemeralRunnerStatus.builder());
        fixture.runner("set", "idle", ConsoleFixture.idle());
        fixture.runner("set", "busy", fixture.busy("build", Duration.ZERO));
        fixture.runner(
                "set",
                "stuck",
                EphemeralRunnerStatus.builder().phase(Phase.PENDING).reason("Unschedulable"));
        fixture.runner("set", "failed", EphemeralRunnerStatus.builder().phase(Phase.FAILED));
        fixture.runner("set", "done", fixture.busy("build", Duration.ZERO).phase(Phase.SUCCEEDED));
        fixture.runner("other", "of-another", ConsoleFixture.idle());

        assertThat(row())
                .returns("runners/set", ScaleSetRow::key)
                .returns("https://github.com/acme", ScaleSetRow::url)
                .returns(ScaleSetRow.Health.ok, ScaleSetRow::health)
                .returns(8, ScaleSetRow::desired)
                .returns(1, ScaleSetRow::minimum)
                .returns(9, ScaleSetRow::maximum)
                .returns(1, ScaleSetRow::starting)
                .returns(1, ScaleSetRow::idle)
                .returns(1, ScaleSetRow::busy)
                .returns(1, ScaleSetRow::ending)
                .returns(2, ScaleSetRow::failed)
                .returns(6, ScaleSetRow::waiting);
    }

    @Test
    void listsScaleSetsInTheirOrder() {
        fixture.scaleSet("b", 0);
        fixture.scaleSet("a", 0);

        assertThat(model.fleet().scaleSets()).extracting(ScaleSetRow::name).containsExactly("a", "b");
    }

    @Test
    void theCauseComesBeforeItsEffects() {
        fixture.scaleSet(
                "set",
                0,
                spec -> spec,
                fixture.condition("Ready", false, "AuthenticationFailed"),
                fixture.condition("ListenerRunning", false, "NotReady"),
                fixture.condition("CredentialsValid", false, "AuthenticationFailed"));

        assertThat(row().health()).isEqualTo(ScaleSetRow.Health.problem);
        assertThat(row().problems()).extracting(Problem::reason).containsExactly("AuthenticationFailed", "NotReady");
        assertThat(row().problems().getFirst())
                .returns("message of AuthenticationFailed", Problem::message)
                .satisfies(problem -> {
                    assertThat(problem.action()).contains("Renew the token");
                    assertThat(problem.runbook()).endsWith("/docs/authentication.md");
                });
    }

    @Test
    void aSpecThatCannotBeAppliedIsTheFirstCause() {
        fixture.scaleSet(
                "set",
                0,
                spec -> spec,
                fixture.condition("Ready", false, "InvalidTemplate"),
                fixture.condition("ListenerRunning", false, "NotReady"));

        assertThat(row().problems()).extracting(Problem::reason).containsExactly("InvalidTemplate", "NotReady");
    }

    @Test
    void theCauseOfMostRunnersReplacesTheConditionAboutThem() {
        fixture.scaleSet(
                "set",
                3,
                spec -> spec,
                fixture.condition("Ready", false, "RunnersStuck"),
                fixture.condition("RunnersHealthy", false, "RunnersStuck"));
        fixture.runner("set", "a", stuck("Unschedulable", "no node"));
        fixture.runner("set", "b", stuck("ImagePullFailed", "no image"));
        fixture.runner("set", "c", stuck("ImagePullFailed", "no image"));

        assertThat(row().problems()).extracting(Problem::reason).containsExactly("ImagePullFailed");
        assertThat(row().problems().getFirst())
                .returns("2 runners: no image", Problem::message)
                .extracting(Problem::since)
                .isNotNull();
    }

    @Test
    void refusedRunnersAreNoProblemOfThoseThatExist() {
        fixture.scaleSet("set", 3, spec -> spec, fixture.condition("RunnersHealthy", false, "RunnersRefused"));
        fixture.runner("set", "a", stuck("Unschedulable", "no node"));

        assertThat(row().problems()).extracting(Problem::reason).containsExactly("RunnersRefused");
    }

    private static EphemeralRunnerStatusBuilder stuck(String reason, String message) {
        return EphemeralRunnerStatus.builder()
                .phase(Phase.PENDING)
                .reason(reason)
                .message(message);
    }

    @Test
    void aRunnerThatDoesNotStartAtOnceIsNoProblemOfItsScaleSet() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "a", stuck("Unschedulable", "no node"));

        assertThat(row().health()).isEqualTo(ScaleSetRow.Health.ok);
    }

    @Test
    void conditionsThatAreFalseWithoutAProblemAreNone() {
        fixture.scaleSet(
                "set",
                0,
                spec -> spec,
                fixture.condition("Ready", true, "Ready"),
                fixture.condition("Degraded", false, "AsExpected"),
                fixture.condition("DemandStale", false, "JobsStart"));

        assertThat(row().problems()).isEmpty();
    }

    @Test
    void causesComeBeforeTheirEffects() {
        fixture.scaleSet(
                "set",
                0,
                spec -> spec,
                ConditionTypes.CAUSES_FIRST.reversed().stream()
                        .map(type -> fixture.condition(type, false, "Not" + type))
                        .toArray(Condition[]::new));

        assertThat(row().problems())
                .extracting(Problem::reason)
                .containsExactlyElementsOf(ConditionTypes.CAUSES_FIRST.stream()
                        .map(type -> "Not" + type)
                        .toList());
    }

    @Test
    void aScaleSetIsDegradedOrItsDemandIsStale() {
        fixture.scaleSet(
                "set",
                0,
                spec -> spec,
                fixture.condition("Ready", true, "Ready"),
                fixture.condition("Degraded", true, "CRDOutdated"),
                fixture.condition("DemandStale", true, "JobsDoNotStart"));

        assertThat(row().problems()).extracting(Problem::reason).containsExactly("JobsDoNotStart", "CRDOutdated");
    }

    @Test
    void somethingInProgressIsNoProblem() {
        fixture.scaleSet("set", 0, spec -> spec, fixture.condition("Ready", false, "ListenerStarting"));

        assertThat(row().health()).isEqualTo(ScaleSetRow.Health.waiting);
    }

    @Test
    void aScaleSetThatNoControllerProcessesIsAProblemAfterAMinute() {
        AutoscalingRunnerSet set = fixture.scaleSet("set", 0);
        set.setStatus(null);

        assertThat(row().health()).isEqualTo(ScaleSetRow.Health.ok);

        fixture.clock.pass(Duration.ofMinutes(1));
        assertThat(row().problems()).extracting(Problem::reason).containsExactly("NotReconciled");
    }

    @Test
    void theTimesOfAJobAreThoseOfItsRunner() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "runner", EphemeralRunnerStatus.builder());
        fixture.clock.pass(Duration.ofSeconds(2));
        fixture.podStarted("runner");
        fixture.clock.pass(Duration.ofSeconds(3));
        EphemeralRunner runner = fixture.runner("set", "runner", fixture.busy("build", Duration.ofSeconds(4)));
        fixture.clock.pass(Duration.ofSeconds(5));
        fixture.removed(runner);

        JobRow job = model.jobs(SET).getFirst();
        assertThat(job)
                .returns("runner", JobRow::runner)
                .returns(RunnerPhase.DONE, JobRow::phase)
                .returns("build", JobRow::job)
                .returns("node-1", JobRow::node)
                .returns("https://github.com/acme/app/actions/runs/77", JobRow::run);
        assertThat(job.registered() - job.created()).isBetween(1900L, 2500L);
        assertThat(job.running() - job.started()).isBetween(2900L, 3500L);
        assertThat(job.running() - job.queued()).isEqualTo(4000);
        assertThat(job.removed() - job.running()).isBetween(4900L, 5500L);
    }

    @Test
    void aRunnerThatCannotStartHasAProblem() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "runner", stuck("ImagePullFailed", "no such image"));

        assertThat(model.jobs(SET).getFirst())
                .returns(RunnerPhase.STUCK, JobRow::phase)
                .extracting(JobRow::problem)
                .returns("ImagePullFailed", Problem::reason)
                .returns("no such image", Problem::message);
    }

    @Test
    void runnersWithoutAJobAreForgotten() {
        fixture.scaleSet("set", 1);
        fixture.removed(fixture.runner("set", "runner", ConsoleFixture.idle()));

        assertThat(model.jobs(SET)).isEmpty();
    }

    @Test
    void onlyTheLatestJobsAreKept() {
        for (int set = 0; set < 40; set++) {
            fixture.scaleSet("set-" + set, 0);
            for (int i = 0; i < RunnerHistory.MAX_JOBS_OF_SET + 5; i++) {
                fixture.removed(fixture.runner("set-" + set, set + "-" + i, fixture.busy("job " + i, Duration.ZERO)));
            }
        }

        assertThat(model.jobs(new Request(ConsoleFixture.NAMESPACE, "set-39")))
                .hasSize(RunnerHistory.MAX_JOBS_OF_SET)
                .extracting(JobRow::job)
                .contains("job " + (RunnerHistory.MAX_JOBS_OF_SET + 4))
                .doesNotContain("job 4");
        assertThat(model.jobs(new Request(ConsoleFixture.NAMESPACE, "set-0"))).isEmpty();
    }

    @Test
    void runnersThatExistAreListedBeforeJobsThatHaveEnded() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "running", fixture.busy("running", Duration.ZERO));
        for (int i = 0; i < ConsoleModel.MAX_ROWS; i++) {
            fixture.removed(fixture.runner("set", "runner-" + i, fixture.busy("job " + i, Duration.ZERO)));
        }

        assertThat(model.jobs(SET)).hasSize(ConsoleModel.MAX_ROWS).first().returns("running", JobRow::job);
        assertThat(model.jobs(null)).hasSize(ConsoleModel.MAX_ROWS);
    }

    @Test
    void aDeletedScaleSetIsForgotten() {
        AutoscalingRunnerSet set = fixture.scaleSet("set", 1);
        fixture.removed(fixture.runner("set", "runner", fixture.busy("build", Duration.ofSeconds(1))));
        fixture.caches.scaleSets().deleted(set);

        assertThat(model.fleet().scaleSets()).isEmpty();
        assertThat(model.jobs(null)).isEmpty();
        assertThat(model.waits(SET).jobs().minutes()).isEmpty();
    }

    @Test
    void nothingRemainsOfAScaleSetWhoseRunnersAreRemovedAfterIt() {
        AutoscalingRunnerSet set = fixture.scaleSet("set", 1);
        EphemeralRunner runner = fixture.runner("set", "runner", fixture.busy("build", Duration.ofSeconds(1)));
        fixture.caches.scaleSets().deleted(set);
        assertThat(model.jobs(null)).hasSize(1);
        fixture.removed(runner);

        assertThat(model.jobs(null)).isEmpty();
        assertThat(model.waits(SET).jobs().minutes()).isEmpty();
    }

    @Test
    void waitingTimesAreThoseOfTheLastHour() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "old", fixture.busy("old", Duration.ofSeconds(500)));
        fixture.clock.pass(Duration.ofMinutes(61));
        for (int seconds = 1; seconds <= 20; seconds++) {
            fixture.runner("set", "runner-" + seconds, fixture.busy("job", Duration.ofSeconds(seconds)));
        }

        assertThat(row().p50()).isEqualTo(10.0);
        assertThat(row().p95()).isEqualTo(19.0);
        assertThat(model.waits(SET).jobs().counts()).containsExactly(1, 20);
        assertThat(model.waits(null).jobs().p95()).containsExactly(500.0, 19.0);
    }

    @Test
    void aJobIsCountedOnce() {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "runner", fixture.busy("job", Duration.ofSeconds(5)));
        fixture.runner(
                "set", "runner", fixture.busy("job", Duration.ofSeconds(5)).ready(false));

        assertThat(model.waits(SET).jobs().counts()).containsExactly(1);
    }

    @Test
    void oldAndManyValuesAreDropped() {
        WaitingTimes times = new WaitingTimes();
        for (int i = 0; i < 10_000; i++) {
            times.add(fixture.clock.instant(), Duration.ofSeconds(7), fixture.clock.instant());
        }

        assertThat(times.series(fixture.clock.instant()).counts()).containsExactly(10_000);
        assertThat(times.series(fixture.clock.instant()).p95()).containsExactly(7.0);
        fixture.clock.pass(Duration.ofMinutes(WaitingTimes.MINUTES));
        assertThat(times.series(fixture.clock.instant()).counts()).isEmpty();
        assertThat(times.lastHour(fixture.clock.instant())).isEqualTo(WaitingTimes.Summary.NONE);
    }

    /** Whoever may write a status chooses them. */
    @Test
    void valuesFromTheFutureAreIgnored() {
        WaitingTimes times = new WaitingTimes();
        Instant now = fixture.clock.instant();
        times.add(now.plus(Duration.ofSeconds(59)), Duration.ofSeconds(7), now);
        times.add(now.plus(Duration.ofMinutes(3)), Duration.ofSeconds(7), now);

        assertThat(times.series(now).counts()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "yesterday"})
    void impossibleTimesOfAJobAreUnknown(String time) {
        fixture.scaleSet("set", 1);
        fixture.runner(
                "set",
                "runner",
                fixture.busy("job", Duration.ZERO).jobQueueTime(time).jobRunnerAssignTime(time));

        assertThat(model.jobs(SET).getFirst()).returns(null, JobRow::queued).returns(null, JobRow::running);
    }

    /** A status may have 64 KiB, and the rows of removed runners stay. */
    @Test
    void rowsHaveShortTexts() throws Exception {
        fixture.scaleSet("set", 1);
        String text = "x/" + "y".repeat(10_000);
        fixture.removed(fixture.runner(
                "set",
                "runner",
                fixture.busy(text, Duration.ZERO).jobRepositoryName(text).jobWorkflowRef(text)));

        JobRow job = model.jobs(SET).getFirst();
        assertThat(job.job()).startsWith("x/yyy").hasSize(300);
        assertThat(new JsonMapper().writeValueAsString(job)).hasSizeLessThan(2000);
    }

    @Test
    void longAddressesLeadNowhere() {
        assertThat(GitHubLinks.run("https://" + "a".repeat(3000) + ".example.com/acme", "acme/app", 7))
                .isEmpty();
        assertThat(GitHubLinks.run("https://github.com/acme", "acme/" + "a".repeat(101), 7))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme, acme/app, https://github.com/acme/app/actions/runs/7",
        "https://user:token@ghes.example.com:8443/acme?x=y, a/b, https://ghes.example.com:8443/a/b/actions/runs/7",
        "javascript:alert(1), acme/app, ''",
        "https://github.com/acme, acme/app?x=/../.., ''",
        "https://github.com/acme, //evil.example.com, ''",
        "not a url, acme/app, ''"
    })
    void linksLeadOnlyToTheGitHubOfTheScaleSet(String configUrl, String repository, String link) {
        assertThat(GitHubLinks.run(configUrl, repository, 7)).isEqualTo(link);
    }

    @Test
    void secretsAreNotSent() throws Exception {
        fixture.scaleSet("set", 1, spec -> spec.githubConfigUrl("https://user:password@github.com/acme"));
        fixture.runner("set", "runner", fixture.busy("build", Duration.ZERO));

        assertThat(new JsonMapper().writeValueAsString(List.of(model.fleet(), model.jobs(null))))
                .contains("https://github.com/acme")
                .doesNotContain("password", "name-of-the-secret");
    }

    /** Users can set the label that names the scale set of a runner, any number of times. */
    @Test
    void aScaleSetThatOnlyALabelNamedLeavesNothingBehind() {
        Request former = new Request(ConsoleFixture.NAMESPACE, "former");
        fixture.runner("former", "runner", fixture.busy("build", Duration.ofSeconds(1)));
        assertThat(model.waits(former).jobs().counts()).containsExactly(1);

        fixture.runner("set", "runner", fixture.busy("build", Duration.ofSeconds(1)));
        assertThat(model.waitsVersion(former)).isZero();
        assertThat(model.waits(former).jobs().counts()).isEmpty();
    }
}
