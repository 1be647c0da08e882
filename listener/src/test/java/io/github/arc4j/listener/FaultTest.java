package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.kube.KubeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of a listener, with every failure that it may have, before and after its effect. */
@ExtendWith(QuietLog.class)
class FaultTest {
    private static final Set<String> KUBERNETES = Set.of("scale", "markJobStarted");

    private static Map<String, RuntimeException> failuresOf(String point) {
        Map<String, RuntimeException> failures = new TreeMap<>();
        failures.put("defect", new IllegalStateException("a bug"));
        if (KUBERNETES.contains(point.replace("after ", ""))) {
            for (int status : new int[] {0, 401, 403, 404, 409, 429, 500, 503}) {
                failures.put("status " + status, new KubeException(status, "status " + status));
            }
        } else {
            for (int status : new int[] {400, 403, 404, 409, 500, 502}) {
                failures.put("status " + status, Failures.answer(status));
            }
            failures.put("network", Failures.network());
            failures.put("rate limit", Failures.rateLimit(Duration.ofMinutes(1)));
            failures.put("unreadable", Failures.unreadable(0));
            failures.put("refused", Failures.refused());
            failures.put("conflict", Failures.conflict());
            failures.put("expired", Failures.expired());
            failures.put("gone", Failures.gone());
        }
        return failures;
    }

    static Stream<Arguments> table() {
        List<Arguments> table = new ArrayList<>();
        for (String point : ObservedCalls.points()) {
            failuresOf(point).forEach((name, failure) -> {
                for (int times : new int[] {1, 4, 9}) {
                    table.add(Arguments.argumentSet(
                            point + ": " + name + ", " + times + " times", point, failure, times));
                }
            });
        }
        return table.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void everyFailureHeals(String point, RuntimeException failure, int times) {
        AtomicInteger left = new AtomicInteger(times);
        ObservedCalls calls = new ObservedCalls(reached -> {
            if (reached.equals(point) && left.getAndDecrement() > 0) {
                throw failure;
            }
        });
        Scenario scenario = new Scenario();
        try (RunningListener listener = new RunningListener(
                calls.of(scenario.github), calls.of(scenario.cluster), RunningListener.config(0, 10))) {
            RunningListener.eventually(() -> {
                scenario.github.endPolls();
                listener.timing.pass(Duration.ofSeconds(5));
                return scenario.isDone();
            });
            scenario.awaitDone();
        }
    }

    @Test
    void theTableHasEveryCall() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        ObservedCalls calls = new ObservedCalls(seen::add);
        Scenario scenario = new Scenario();
        try (RunningListener listener = new RunningListener(
                calls.of(scenario.github), calls.of(scenario.cluster), RunningListener.config(0, 10))) {
            scenario.awaitDone();
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ObservedCalls.points());
    }
}
