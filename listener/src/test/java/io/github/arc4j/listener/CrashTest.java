package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that dies at any step loses nothing: the next one either receives the message again or finds its effects.
 */
@ExtendWith(QuietLog.class)
class CrashTest {
    private static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /** A listener in a process that dies at one of its steps: from then on, none of its calls has an effect. */
    private static final class MortalProcess {
        final List<String> steps = new CopyOnWriteArrayList<>();
        private final AtomicInteger count = new AtomicInteger();
        private final Thread thread;
        private volatile boolean dead;

        MortalProcess(Scenario scenario, int lastStep) {
            ObservedCalls calls = new ObservedCalls(point -> {
                if (dead || count.getAndIncrement() >= lastStep) {
                    dead = true;
                    throw new Killed();
                }
                steps.add(point);
            });
            ListenerConfig config = RunningListener.config(0, 10);
            thread = Thread.ofVirtual()
                    .uncaughtExceptionHandler(
                            (any, killed) -> assertThat(killed).isInstanceOf(Killed.class))
                    .unstarted(new Listener(
                            config,
                            calls.of(scenario.github),
                            calls.of(scenario.cluster),
                            new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl())),
                            "host-1",
                            new FakeTiming(),
                            SessionObserver.NONE));
        }

        /** Runs until the process dies or everything is done. */
        void run(Scenario scenario) throws InterruptedException {
            thread.start();
            await().dontCatchUncaughtExceptions()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> dead || scenario.isDone());
            dead = true;
            thread.interrupt();
            thread.join();
        }
    }

    static IntStream steps() throws InterruptedException {
        Scenario scenario = new Scenario();
        MortalProcess process = new MortalProcess(scenario, Integer.MAX_VALUE);
        process.run(scenario);
        return IntStream.range(0, process.steps.size());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void nothingIsLostByACrash(int step) throws InterruptedException {
        Scenario scenario = new Scenario();
        new MortalProcess(scenario, step).run(scenario);
        scenario.cluster.replicas = -1;
        try (RunningListener next = new RunningListener(scenario.github, scenario.cluster)) {
            scenario.awaitDone();
        }
    }

    @Test
    void theStepsAreAllCallsOfAListener() throws InterruptedException {
        Scenario scenario = new Scenario();
        MortalProcess process = new MortalProcess(scenario, Integer.MAX_VALUE);
        process.run(scenario);
        assertThat(process.steps)
                .containsAll(ObservedCalls.points().stream()
                        .filter(point -> !point.endsWith("close"))
                        .toList());
    }
}
