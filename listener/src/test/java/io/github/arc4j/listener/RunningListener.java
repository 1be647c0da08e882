package io.github.arc4j.listener;

import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A listener on its own thread, between a fake GitHub and a fake cluster. */
public final class RunningListener implements AutoCloseable {
    final FakeTiming timing = new FakeTiming();
    final ListenerMetrics metrics;
    final Listener listener;

    RunningListener(FakeGitHub github, RunnerSetPatches cluster) {
        this(github, cluster, config(0, 10));
    }

    RunningListener(ScaleSetApi github, RunnerSetPatches cluster, ListenerConfig config) {
        metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        listener = new Listener(config, github, cluster, metrics, "host-1", timing, SessionObserver.NONE);
        Thread.startVirtualThread(listener);
    }

    public static ListenerConfig config(int min, int max) {
        return ListenerConfig.builder()
                .configureUrl("https://github.com/acme/app")
                .credentials(AppConfig.ofToken("t"))
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("ers")
                .runnerScaleSetId(7)
                .runnerScaleSetName("arc")
                .minRunners(min)
                .maxRunners(max)
                .build();
    }

    static void eventually(Callable<Boolean> condition) {
        eventually(Duration.ofSeconds(10), condition);
    }

    static void eventually(Duration limit, Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(2)).atMost(limit).until(condition);
    }

    double metric(String name, String label, String value) {
        return value(metrics, name, label, value);
    }

    static double value(ListenerMetrics metrics, String name, String label, String value) {
        Double found = metrics.registry()
                .getSampleValue(name, new String[] {"name", "namespace", label}, new String[] {"ers", "ns", value});
        return found == null ? 0 : found;
    }

    @Override
    public void close() {
        listener.close();
    }
}
