package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SessionView;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which listeners a process hosts, with which configuration, and what it reports about them. */
class HostingTest {
    private final Stage stage = new Stage();

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void eachScaleSetIsScaledByItsOwnJobs() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        stage.addScaleSet("two");
        eventually(() -> stage.github.sessions().size() == 2);
        stage.github.queueJobs(JobRequest.of("one"), 1);
        stage.github.queueJobs(JobRequest.of("two"), 3);
        eventually(() -> stage.replicas("one") == 1 && stage.replicas("two") == 3);
        assertThat(stage.github.violations()).isEmpty();
    }

    @Test
    void onlyThoseOfItsOwnShardAreHosted() throws Exception {
        stage.addScaleSet("mine");
        int id = stage.createScaleSet("other");
        stage.add("other", stage.config("other", id).build(), 1);
        stage.start(0, "pod-a");
        eventually(() -> stage.state("mine").equals("listening"));
        assertThat(stage.github.sessions()).hasSize(1);
        assertThat(stage.session("other").isMissingNode()).isTrue();
        stage.start(1, "pod-b");
        eventually(() -> stage.state("other").equals("listening"));
        assertThat(stage.session("other").path("holder").asText()).isEqualTo("pod-b");
    }

    @Test
    void theObjectSaysThatItsListenerListensAndWhere() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        assertThat(stage.session("one").path("message").isMissingNode()).isTrue();
        assertThat(stage.session("one").path("holder").asText()).isEqualTo("pod-a");
    }

    @Test
    void aSettledListenerCausesNoStatusWrites() throws Exception {
        // With a minimum number of runners, each poll is followed by a patch.
        int id = stage.createScaleSet("one");
        stage.add("one", stage.config("one", id).minRunners(1).build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        // A request is counted after its effect, and the watch may still deliver the previous state.
        eventually(() -> scalePatches() >= 3);
        long before = statusWrites();
        long patches = scalePatches();
        eventually(() -> scalePatches() >= patches + 3);
        assertThat(statusWrites()).isEqualTo(before);
    }

    private long statusWrites() {
        return stage.kube.requests().count(request -> request.target().equals("autoscalinglisteners/status"));
    }

    private long scalePatches() {
        return stage.kube.requests().count(request -> request.target().equals("ephemeralrunnersets"));
    }

    @Test
    void aChangedConfigurationTakesEffectInASessionOfItsOwn() throws Exception {
        ListenerConfigBuilder config = stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        SessionView former = stage.github.sessions().getFirst();
        stage.configure("one", config.minRunners(2).maxRunners(10).build(), "2");
        eventually(() -> stage.replicas("one") == 2);
        assertThat(stage.github.sessions())
                .hasSize(1)
                .noneMatch(session -> session.id().equals(former.id()));
        assertThat(stage.github.violations()).isEmpty();
    }

    @Test
    void whileItsConfigurationCannotBeReadTheFormerListenerGoesOn() throws Exception {
        ListenerConfigBuilder config = stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        try (var fault = stage.kube
                .faults()
                .inject(io.github.arc4j.kube.http.Fault.on("get", "secrets")
                        .always()
                        .answer(500))) {
            stage.configure("one", config.minRunners(2).maxRunners(10).build(), "2");
            eventually(() -> fault.strikes() > 1);
            stage.github.queueJob(JobRequest.of("one"));
            eventually(() -> stage.replicas("one") == 1);
            assertThat(stage.state("one")).isEqualTo("listening");
        }
        eventually(() -> stage.replicas("one") == 3);
    }

    @Test
    void aWrongConfigurationIsReportedAndCanBeCorrected() throws Exception {
        ListenerConfigBuilder config = stage.config("one", stage.createScaleSet("one"));
        stage.add("one", config.minRunners(5).maxRunners(1).build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("misconfigured"));
        assertThat(stage.session("one").path("message").asText()).contains("MinRunners \"5\" cannot be greater");
        stage.configure("one", config.minRunners(1).maxRunners(5).build(), "2");
        eventually(() -> stage.state("one").equals("listening"));
        assertThat(stage.session("one").path("message").isMissingNode()).isTrue();
    }

    @Test
    void withoutItsLabelAListenerIsLetGo() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        stage.assign("one", null);
        eventually(() -> stage.state("one").equals("stopped"));
        assertThat(stage.github.sessions()).isEmpty();
    }

    @Test
    void aDeletedListenerSaysThatItsSessionIsOver() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        stage.delete("one");
        eventually(() -> stage.state("one").equals("stopped"));
        assertThat(stage.github.sessions()).isEmpty();
    }

    @Test
    void whatWasDeletedBeforeTheStartIsReportedAsWell() throws Exception {
        stage.addScaleSet("one");
        stage.delete("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("stopped"));
        assertThat(stage.github.sessions()).isEmpty();
    }

    @Test
    void aListenerThatReturnsImmediatelyIsHostedAgainWhenItsPreviousSessionHasEnded() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        SessionView former = stage.github.sessions().getFirst();
        stage.github
                .faults()
                .add(io.github.arc4j.simulator.faults.Fault.on("DELETE", ".*/sessions/.*")
                        .delaying(Duration.ofSeconds(1)));
        stage.assign("one", null);
        eventually(() -> stage.github.faults().hits() == 1);
        stage.assign("one", 0);
        eventually(() -> stage.github.sessions().stream()
                .anyMatch(session -> !session.id().equals(former.id())));
        eventually(() -> stage.state("one").equals("listening"));
        assertThat(stage.github.calls().entrySet().stream()
                        .filter(call -> call.getKey().startsWith("POST")
                                && call.getKey().endsWith("/sessions"))
                        .mapToLong(Map.Entry::getValue)
                        .sum())
                .as("no session was opened against the former one")
                .isEqualTo(2);
    }

    @Test
    void aListenerMovesToAnotherShard() throws Exception {
        stage.addScaleSet("one");
        stage.start(0, "pod-a");
        stage.start(1, "pod-b");
        eventually(() -> stage.state("one").equals("listening"));
        stage.assign("one", 1);
        stage.github.queueJobs(JobRequest.of("one"), 2);
        eventually(() -> stage.session("one").path("holder").asText().equals("pod-b")
                && stage.state("one").equals("listening"));
        eventually(() -> stage.replicas("one") == 2);
        assertThat(stage.github.sessions()).hasSize(1);
    }

    @Test
    void changesThatAWatchMissedAreSeen() throws Exception {
        stage.addScaleSet("gone");
        stage.start(0, "pod-a");
        eventually(() -> stage.state("gone").equals("listening"));
        try (var fault = stage.kube
                .faults()
                .inject(io.github.arc4j.kube.http.Fault.on("watch", "autoscalinglisteners")
                        .always()
                        .drop())) {
            stage.kube.watches().drop("autoscalinglisteners");
            stage.assign("gone", null);
            stage.addScaleSet("new");
            eventually(() -> fault.strikes() > 0);
            stage.kube.watches().expire("autoscalinglisteners");
        }
        eventually(() ->
                stage.state("gone").equals("stopped") && stage.state("new").equals("listening"));
    }
}
