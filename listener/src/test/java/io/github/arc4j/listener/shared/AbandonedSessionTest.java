package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.store.Patch;
import io.github.arc4j.kube.store.ResourceStore.Part;
import io.github.arc4j.simulator.JobRequest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process dies without deleting its session, which GitHub keeps for longer than these tests may take. */
class AbandonedSessionTest {
    private final Stage stage = new Stage();
    private Stage.Running first;
    private UUID session;

    @BeforeEach
    void listen() throws Exception {
        stage.addScaleSet("one");
        first = stage.start(0, "pod-a");
        eventually(() -> stage.state("one").equals("listening"));
        session = stage.github.sessions().getFirst().id();
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    private void createPod(String name, String phase) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.putObject("metadata").put("name", name);
        pod.putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", "listener")
                .put("image", "arc4j");
        stage.kube.store().resource("pods").create(Stage.CONTROLLER, pod);
        setPhase(name, phase);
    }

    private void setPhase(String pod, String phase) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("status").put("phase", phase);
        stage.kube.store().resource("pods").patch(Stage.CONTROLLER, pod, Part.STATUS, Patch.merge(patch));
    }

    private void awaitListening(String pod) {
        eventually(() -> stage.state("one").equals("listening")
                && stage.session("one").path("holder").asText().equals(pod)
                && gitHubHas(stage.session("one").path("id").asText()));
    }

    private boolean gitHubHas(String id) {
        return stage.github.sessions().stream()
                .anyMatch(open -> open.id().toString().equals(id));
    }

    private long openings() {
        return stage.github.calls().entrySet().stream()
                .filter(call ->
                        call.getKey().startsWith("POST") && call.getKey().endsWith("/sessions"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void theStatusNamesTheSessionUntilTheListenerStops() {
        assertThat(stage.session("one").path("id").asText()).isEqualTo(session.toString());
        stage.assign("one", null);
        eventually(() -> stage.state("one").equals("stopped"));
        assertThat(stage.session("one").path("id").isMissingNode()).isTrue();
    }

    @Test
    void theStatusNamesTheNextSessionAfterGitHubHasEndedOne() {
        stage.github.expireSessions();
        awaitListening("pod-a");
        assertThat(stage.session("one").path("id").asText()).isNotEqualTo(session.toString());
    }

    @Test
    void aRestartedContainerListensImmediately() throws Exception {
        first.die();
        stage.start(0, "pod-a");
        eventually(() -> !gitHubHas(session.toString()));
        awaitListening("pod-a");
        assertThat(openings())
                .as("no session was opened against the former one")
                .isEqualTo(2);
        stage.github.queueJob(JobRequest.of("one"));
        eventually(() -> stage.replicas("one") == 1);
        assertThat(stage.github.violations()).isEmpty();
    }

    @Test
    void aPodListensImmediatelyIfTheFormerOneNoLongerExists() throws Exception {
        first.die();
        stage.start(0, "pod-b");
        awaitListening("pod-b");
        assertThat(openings()).isEqualTo(2);
    }

    @Test
    void aPodListensImmediatelyIfTheFormerOneHasFailed() throws Exception {
        createPod("pod-a", "Failed");
        first.die();
        stage.start(0, "pod-b");
        awaitListening("pod-b");
        assertThat(openings()).isEqualTo(2);
    }

    @Test
    void aPodThatStillRunsKeepsItsSession() throws Exception {
        createPod("pod-a", "Running");
        stage.start(0, "pod-b");
        eventually(() -> openings() >= 3);
        assertThat(stage.github.sessions())
                .hasSize(1)
                .allMatch(open -> open.id().equals(session));
        first.close();
        awaitListening("pod-b");
    }

    @Test
    void aSessionIsNotDeletedWhileThePodIsNotKnown() throws Exception {
        first.die();
        try (var fault =
                stage.kube.faults().inject(Fault.on("get", "pods").always().answer(503))) {
            stage.start(0, "pod-b");
            eventually(() -> openings() >= 2);
            assertThat(fault.strikes()).isOne();
            assertThat(stage.github.sessions()).allMatch(open -> open.id().equals(session));
        }
        stage.github.expireSessions();
        awaitListening("pod-b");
    }
}
