package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.controller.autoscalinglistener.AutoscalingListenerReconciler;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.runtime.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many scale sets in one controller. */
class FleetTest {
    private static final int SCALE_SETS = 200;
    private static final Duration LATENCY = Duration.ofMillis(150);
    /** Sequentially, the latency alone would take two minutes; a busy machine needs some 20 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration IDLE = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(FleetTest.class);

    @Test
    void twoHundredScaleSetsStartQuicklyAndCostNothingWhileIdle() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture(options -> options.latency(LATENCY));
                CapturedLog listeners = CapturedLog.of(AutoscalingListenerReconciler.class.getPackage())) {
            Instant begin = Instant.now();
            try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, SCALE_SETS).forEach(i -> users.submit(() -> fixture.createScaleSet("set" + i)));
            }
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> listenersThatRun(fixture) == SCALE_SETS);
            Duration took = Duration.between(begin, Instant.now());
            log.info("{} scale sets have listeners after {} ms", SCALE_SETS, took.toMillis());
            assertThat(fixture.github.scaleSets()).hasSize(SCALE_SETS);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(listeners.messages())
                            .filteredOn(message -> message.contains("listener.mode: shared"))
                            .hasSize(1));

            fixture.awaitQuiet(Duration.ofSeconds(2));
            await().atMost(IDLE.plusSeconds(5)).pollDelay(IDLE).until(() -> true);
            List<ApiRequest> idle = fixture.requestsOfController();
            log.info("{} requests in {} s without work: {}", idle.size(), IDLE.toSeconds(), counts(idle));
            assertThat(idle.size()).isLessThan((int) (SCALE_SETS * IDLE.toSeconds() / 60));
            assertThat(took).isLessThan(LIMIT);
        }
    }

    private static long listenersThatRun(ControllerFixture fixture) {
        return fixture.kube.store().resource("pods").list().stream()
                .filter(pod -> pod.namespace().equals(CONTROLLER_NAMESPACE)
                        && pod.json().at("/status/phase").asText().equals("Running"))
                .count();
    }

    private static Map<String, Long> counts(List<ApiRequest> requests) {
        return requests.stream()
                .collect(Collectors.groupingBy(
                        request -> request.verb() + " " + request.target(), Collectors.counting()));
    }
}
