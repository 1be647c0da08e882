package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostedListenerTest {
    private static final Set<Thread.State> WAITS_OR_HAS_ENDED =
            Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private final Stage stage = new Stage();
    private final KubeClient kube = new KubeClient(new KubeEndpoint(stage.kube.uri(), () -> "any", null), "test");

    @AfterEach
    void stop() {
        kube.close();
        stage.close();
    }

    /** Its metrics would stay for good. */
    @Test
    void aListenerThatIsStoppedWhileItsSecretIsReadDoesNothingAfterItsFarewell() throws Exception {
        stage.addScaleSet("one");
        List<String> events = new CopyOnWriteArrayList<>();
        HostedListener listener = listener(events);
        AtomicReference<@Nullable Thread> stop = new AtomicReference<>();
        try (var fault = stage.kube.faults().inject(Fault.on("get", "secrets").meanwhile(request -> {
            Thread stopping = Thread.ofPlatform().start(() -> stop(listener));
            stop.set(stopping);
            eventually(() -> WAITS_OR_HAS_ENDED.contains(stopping.getState()));
        }))) {
            listener.start();
            eventually(() -> events.contains("begun"));
        }
        requireNonNull(stop.get()).join();

        assertThat(events).containsExactly("begun", "farewell");
    }

    private HostedListener listener(List<String> events) throws IOException {
        AssignedListener assigned =
                AssignedListener.read(Map.of("metadata", Map.of("name", "one", "uid", "u", "annotations", Map.of())));
        return new HostedListener(
                assigned,
                new ListenerSecrets(kube, Stage.CONTROLLER, ProxySettings.NONE),
                inputs -> {
                    events.add("begun");
                    throw new IllegalArgumentException("any");
                },
                () -> events.add("farewell"),
                new SessionReport(kube, Stage.CONTROLLER, assigned, "pod-a"),
                Timing.SYSTEM);
    }

    private static void stop(HostedListener listener) {
        try {
            listener.stop(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
