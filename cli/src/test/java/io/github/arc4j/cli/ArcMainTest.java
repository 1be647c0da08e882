package io.github.arc4j.cli;

import static io.github.arc4j.cli.TestObjects.RUNNERS;
import static io.github.arc4j.cli.TestObjects.SET;
import static io.github.arc4j.cli.TestObjects.SYSTEMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.cluster.Selection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line: arguments, exit codes and formats. */
class ArcMainTest {
    private static final String RUNNER = "my-runners-runner-abcde";

    private final TestObjects objects = new TestObjects().desired(1);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeCluster cluster = new FakeCluster(objects::snapshot);

    @Test
    void aWorkingScaleSetGivesZero() {
        objects.busy(RUNNER);

        assertThat(run("status")).isZero();
        assertThat(out.toString())
                .contains("NAMESPACE", "HEALTH", "START P50/P95")
                .containsPattern("arc-runners +my-runners +ok +1 +0 +5 +0 +0 +1 +0 +0 +8s/8s");
    }

    @Test
    void aProblemGivesOne() {
        objects.runner(RUNNER, "ImagePullFailed", "image not found");

        assertThat(run("status")).isEqualTo(1);
        assertThat(out.toString()).contains("ImagePullFailed: 1 of 1 runners: image not found");
    }

    @Test
    void aLimitIsNoProblem() {
        objects.set.setSpec(objects.set.getSpec().toBuilder().maxRunners(0).build());

        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("waiting", "Paused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "staus",
                "status --all",
                "status -o xml",
                "why",
                "why a b",
                "why https://github.com/acme",
                "why ../x",
                "logs",
                "completion fish",
                "runners no-such-set",
                "why no-such-thing"
            })
    void anInvalidCommandLineGivesTwo(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void noAccessGivesTwo() {
        cluster = FakeCluster.unreachable();

        assertThat(run("status")).isEqualTo(2);
        assertThat(err.toString())
                .contains("https://example.com/ cannot be reached")
                .doesNotContain("Exception");
    }

    @Test
    void reportsWhatCannotBeReadAndGoesOn() {
        cluster = new FakeCluster(() -> objects.builder()
                .gap(Pod.class, "this account may not list them")
                .build());

        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("my-runners", "Not read: pods (this account may not list them)");
    }

    @Test
    void namesWhatCouldNotBeReadIfNothingIsFound() {
        cluster = new FakeCluster(() -> objects.builder()
                .gap(Pod.class, "this account may not list them")
                .build());

        assertThat(run("why", "nothing")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "Nothing in this cluster is called nothing: no scale set, no runner, and no job of a runner.",
                        "",
                        "Not read: pods (this account may not list them)");
    }

    @Test
    void optionsSelectTheCluster() {
        run("status", "-n", "a,b", "--namespace=c", "--context", "test", "--kubeconfig=f", "--controller-namespace=d");

        assertThat(cluster.selections).containsExactly(new Selection("f", "test", List.of("a", "b", "c"), "d"));
    }

    @Test
    void whyMarksTheObstacle() {
        objects.listenerFailing("SessionConflict", "held by another listener");

        assertThat(run("why", SET)).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("=> +listener running +PROBLEM +2026-11-30T09:58:30Z +90s +SessionConflict: held")
                .contains("What to do: ", "See https://");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/acme/app/actions/runs/4711",
                "https://github.com/acme/app/actions/runs/4711/attempts/2",
                "https://github.com/acme/app/actions/runs/4711/job/55?pr=1",
                "4711",
                "99",
                "f3a1c9d2-0000-4000-8000-000000000001",
                RUNNER,
                RUNNERS + "/" + RUNNER
            })
    void whyFindsTheRunnerOfAJob(String question) {
        objects.busy(RUNNER);
        objects.idle("my-runners-runner-other");

        assertThat(run("why", question)).isZero();
        assertThat(out.toString())
                .contains("runner arc-runners/" + RUNNER, "build of acme/app, run 4711")
                .doesNotContain("other");
    }

    @Test
    void whyShowsTheScaleSetsThatMayRunAWaitingJob() {
        objects.desired(0);

        assertThat(run("why", "https://github.com/ACME/app/actions/runs/1", "--runs-on", "My-Runners"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("No runner has a job of this run", "scale set arc-runners/my-runners");

        out.getBuffer().setLength(0);
        assertThat(run("why", "https://github.com/acme/app/actions/runs/1", "--runs-on", "gpu"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("NoScaleSet", "with the labels gpu");
    }

    @Test
    void theHostOfARunMustBeThatOfTheScaleSet() {
        assertThat(run("why", "https://ghes.example/acme/app/actions/runs/1")).isEqualTo(1);
        assertThat(out.toString()).contains("NoScaleSet");
    }

    @Test
    void runnersListsStates() {
        objects.busy(RUNNER);
        objects.idle("my-runners-runner-idle1");
        objects.runner("my-runners-runner-wait1", "PodStarting", "");

        assertThat(run("runners", RUNNERS + "/" + SET)).isZero();
        assertThat(out.toString())
                .containsPattern(RUNNER + " +busy +100s +build +acme/app +4711 +node-1")
                .containsPattern("my-runners-runner-idle1 +idle")
                .containsPattern("my-runners-runner-wait1 +starting");
    }

    @Test
    void jsonAndYamlHaveTheSameContent() throws Exception {
        objects.busy(RUNNER);
        objects.runner("my-runners-runner-bad01", "ImagePullFailed", "image not found");

        run("status", "-o", "json");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        out.getBuffer().setLength(0);
        run("status", "-o", "yaml");
        JsonNode yaml = new YAMLMapper().readTree(out.toString());

        assertThat(json.at("/scaleSets/0/health").asText()).isEqualTo("problem");
        assertThat(json.at("/scaleSets/0/runners/busy").asInt()).isEqualTo(1);
        assertThat(json.at("/scaleSets/0/obstacle/reason").asText()).isEqualTo("ImagePullFailed");
        assertThat(json.at("/scaleSets/0/start/p50Seconds").asInt()).isEqualTo(8);
        assertThat(yaml.toString()).isEqualTo(json.toString()).doesNotContain(":\"\"");
    }

    @Test
    void whyInJsonHasTheStepsWithTheirTimes() throws Exception {
        objects.busy(RUNNER);

        run("why", RUNNER, "-o", "json");

        JsonNode steps = new ObjectMapper().readTree(out.toString()).at("/paths/0/steps");
        assertThat(steps.findValuesAsText("name"))
                .containsExactly(
                        "runner created",
                        "runner registered",
                        "pod created",
                        "pod scheduled",
                        "image pulled",
                        "containers running",
                        "runner online",
                        "job started",
                        "job ended",
                        "runner removed");
        assertThat(steps.at("/0/time").asText()).isEqualTo("2026-11-30T09:58:20Z");
        assertThat(steps.at("/7/state").asText()).isEqualTo("DONE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "json", "yaml"})
    void textFromGitHubDoesNotControlTheTerminal(String format) {
        EphemeralRunner runner = objects.busy(RUNNER);
        String hostile = "build\u001b]0;owned\u0007\u009b2J\u202eevil\r\nroot";
        runner.setStatus(runner.getStatus().toBuilder().jobDisplayName(hostile).build());

        run("runners", "-o", format);
        run("why", RUNNER, "-o", format);

        assertThat(out.toString()
                        .codePoints()
                        .filter(c -> c != '\n'
                                && (Character.getType(c) == Character.CONTROL
                                        || Character.getType(c) == Character.FORMAT)))
                .isEmpty();
        assertThat(out.toString()).contains("u001b");
    }

    @Test
    void logsFindsTheNamespaceOfTheRunner() {
        objects.idle(RUNNER);
        cluster.log.add("Listening\tfor Jobs \u001b[31mred");

        assertThat(run("logs", RUNNER)).isZero();
        assertThat(cluster.logRequests).containsExactly(RUNNERS + "/" + RUNNER + "/runner");
        assertThat(out.toString()).isEqualToIgnoringNewLines("Listening    for Jobs \\u001b[31mred");
    }

    /** Tenants choose names. */
    @Test
    void logsRejectsANameThatIsNotUnique() {
        objects.idle(RUNNER);
        objects.idle(RUNNER).getMetadata().setNamespace("another");

        assertThat(run("logs", RUNNER)).isNotZero();
        assertThat(cluster.logRequests).isEmpty();
        assertThat(err.toString()).contains("another/" + RUNNER + ", " + RUNNERS + "/" + RUNNER);
    }

    @Test
    void logsOfAnotherContainer() {
        assertThat(run("logs", SYSTEMS + "/x", "-c", "dind", "--tail=5", "-f")).isZero();
        assertThat(cluster.logRequests).containsExactly(SYSTEMS + "/x/dind");
    }

    @Test
    void completesInBash() {
        assertThat(run("completion", "bash")).isZero();
        assertThat(out.toString()).contains("complete -F", "status", "--controller-namespace");
    }

    private int run(String... args) {
        return ArcMain.run(cluster::connect, new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
