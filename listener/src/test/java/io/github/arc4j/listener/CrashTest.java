package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.process.ListenerConfig;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that dies at any step loses nothing: the next one finds the message, or its effects are there. */
@Timeout(20)
class CrashTest {
    private static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    private final FakeGitHub github = new FakeGitHub();
    private final FakeCluster cluster = new FakeCluster(github.calls);

    private static void kill() {
        throw new Killed();
    }

    /** Runs a listener that is killed at this step and leaves its session behind. */
    private void runUntilKilled(String step) throws InterruptedException {
        github.onNext("close", CrashTest::kill);
        // The first scale is that of the new session.
        cluster.onNext("scale", () -> {});
        cluster.onNext("after scale", () -> {});
        if (step.endsWith("scale") || step.endsWith("mark")) {
            cluster.onNext(step, CrashTest::kill);
        } else {
            github.onNext(step, CrashTest::kill);
        }
        ListenerConfig config = RunningListener.config(0, 10);
        ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        Listener listener = new Listener(config, github, cluster, metrics, "host-1", new FakeTiming());
        Thread process = Thread.ofVirtual()
                .uncaughtExceptionHandler((thread, killed) -> assertThat(killed).isInstanceOf(Killed.class))
                .start(listener);
        process.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open",
                "after open",
                "poll",
                "acquire",
                "after acquire",
                "mark",
                "after mark",
                "scale",
                "after scale",
            })
    void nothingIsLostByACrash(String step) throws InterruptedException {
        github.send(2, available(11), started(12, "runner-1"));
        runUntilKilled(step);
        if (github.hasSession()) {
            github.expireSession();
        }
        cluster.replicas = -1;
        try (RunningListener next = new RunningListener(github, cluster)) {
            eventually(() -> github.undeleted().isEmpty());
            assertThat(github.acquired).containsExactly(11L);
            assertThat(cluster.busyRunners).containsExactly("runner-1");
            assertThat(cluster.replicas).isEqualTo(2);
        }
    }
}
