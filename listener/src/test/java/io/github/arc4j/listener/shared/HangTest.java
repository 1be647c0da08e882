package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.listener.shared.Stage.Running;
import io.github.arc4j.simulator.SessionView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Anything that hangs is restarted: a listener by the process, the process by the kubelet. */
class HangTest {
    /** Real time with shortened pauses, which a test can advance. */
    private static final class TestTiming implements Timing {
        private final AtomicLong passed = new AtomicLong();

        void pass(Duration time) {
            passed.addAndGet(time.toNanos());
        }

        @Override
        public long nanoTime() {
            return System.nanoTime() + passed.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(Math.min(duration.toMillis(), 20));
        }
    }

    private final Stage stage = new Stage();
    private final TestTiming timing = new TestTiming();

    @AfterEach
    void stop() {
        stage.close();
    }

    private static int status(Running running, String path) throws IOException, InterruptedException {
        URI probe = URI.create("http://localhost:" + running.process.ports().getFirst() + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(probe).build(), BodyHandlers.ofString())
                    .statusCode();
        }
    }

    @Test
    void aListenerWhosePollHangsIsReplacedAndTheProcessStaysHealthy() throws Exception {
        stage.github
                .faults()
                .add(io.github.arc4j.simulator.faults.Fault.on("GET", ".*/messages")
                        .hanging(Duration.ofMinutes(10)));
        stage.addScaleSet("one");
        Running running = stage.start(0, "pod-a", timing);
        eventually(() -> stage.github.faults().hits() > 0);
        SessionView former = stage.github.sessions().getFirst();
        timing.pass(Duration.ofMinutes(6));
        eventually(() -> stage.github.sessions().stream()
                .anyMatch(session -> !session.id().equals(former.id()) && session.polling()));
        assertThat(stage.github.sessions()).hasSize(1);
        stage.kube.watches().drop("autoscalinglisteners");
        eventually(() -> status(running, "/healthz") == 200);
    }

    @Test
    void theProcessIsReadyWhenItKnowsItsListeners() throws Exception {
        try (var fault = stage.kube
                .faults()
                .inject(Fault.on("list", "autoscalinglisteners").always().answer(403))) {
            Running running = stage.start(0, "pod-a", timing);
            eventually(() -> fault.strikes() > 2);
            assertThat(status(running, "/readyz")).isEqualTo(503);
            assertThat(status(running, "/healthz")).isEqualTo(200);
            fault.close();
            eventually(() -> status(running, "/readyz") == 200);
        }
    }

    @Test
    void aProcessThatCannotWatchForLongIsNotHealthyUntilItCan() throws Exception {
        stage.addScaleSet("one");
        Running running = stage.start(0, "pod-a", timing);
        eventually(() -> stage.state("one").equals("listening"));
        try (var fault = stage.kube
                .faults()
                .inject(Fault.on("watch", "autoscalinglisteners").always().answer(500))) {
            stage.kube.watches().drop("autoscalinglisteners");
            eventually(() -> fault.strikes() > 2);
            assertThat(status(running, "/healthz")).isEqualTo(200);
            timing.pass(Duration.ofMinutes(31));
            eventually(() -> status(running, "/healthz") == 503);
        }
        stage.kube.watches().expire("autoscalinglisteners");
        eventually(() -> status(running, "/healthz") == 200);
    }
}
