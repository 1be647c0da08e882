package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.simulator.GitHubSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Records all writes and GitHub calls of the reconcilers during the life of a healthy scale set, and those that replace
 * a runner which does not exit after its job. Then each of them fails in the life of another scale set; the
 * intermediate and final states must be the same, and nothing is created twice or left behind.
 */
class FaultWalkTest {
    /** Number of concurrent lives. */
    private static final int CONCURRENCY = 96;

    private static final String CONTROLLER = "controller";
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");
    /** Maximum number of failures, because every retry could start with the failing request. */
    private static final int STRIKES = 4;
    /** Requests that only report to others. */
    private static final Set<String> REPORTS = Set.of("events");

    private static final Pattern GENERATED = Pattern.compile("-(?!listener|config|proxy|runner)[a-z0-9]{5,}(?=-|$)");

    /** A request of the reconcilers. */
    private sealed interface Step {
        /** @param name of the object after the scale set's, as a regular expression */
        record Write(String verb, String target, String namespace, String name) implements Step {
            @Override
            public String toString() {
                return "%s %s of %s in %s".formatted(verb, target, name, namespace);
            }
        }

        record GitHubCall(String method, String path) implements Step {
            @Override
            public String toString() {
                return method + " " + path;
            }
        }
    }

    /** The kind of failure. */
    private enum Failure {
        LOST_BEFORE_EFFECT,
        LOST_AFTER_EFFECT,
        CONFLICT,
        TOO_MANY_REQUESTS,
        INTERNAL_ERROR,
        EVERY_OTHER_LOST_BEFORE_EFFECT,
        EVERY_OTHER_LOST_AFTER_EFFECT;

        boolean isSingle() {
            return this != EVERY_OTHER_LOST_BEFORE_EFFECT && this != EVERY_OTHER_LOST_AFTER_EFFECT;
        }

        boolean isAfterEffect() {
            return this == LOST_AFTER_EFFECT || this == EVERY_OTHER_LOST_AFTER_EFFECT;
        }

        int status() {
            return switch (this) {
                case CONFLICT -> 409;
                case TOO_MANY_REQUESTS -> 429;
                case INTERNAL_ERROR -> 500;
                default -> 0;
            };
        }
    }

    /** The part of a life whose requests fail, and what surrounds it. */
    private enum Walk {
        WHOLE_LIFE(
                life -> {},
                life -> {
                    life.begin();
                    life.edit();
                    life.end();
                },
                life -> {}),
        HUNG_RUNNER(ScaleSetLife::begin, ScaleSetLife::replaceHungRunner, ScaleSetLife::end);

        final Consumer<ScaleSetLife> before;
        final Consumer<ScaleSetLife> walked;
        final Consumer<ScaleSetLife> after;

        Walk(Consumer<ScaleSetLife> before, Consumer<ScaleSetLife> walked, Consumer<ScaleSetLife> after) {
            this.before = before;
            this.walked = walked;
            this.after = after;
        }
    }

    private record Case(String scaleSet, Walk walk, Step step, Failure failure) {
        @Override
        public String toString() {
            return walk + ", " + step + ": " + failure;
        }
    }

    private static ControllerFixture fixture;
    private static final ExecutorService lives =
            Executors.newFixedThreadPool(CONCURRENCY, Thread.ofVirtual().factory());

    @BeforeAll
    static void start() {
        fixture = newFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        lives.shutdownNow();
        fixture.close();
    }

    /** Without prompt reports, the failures of each life would delay the reports of all others. */
    private static ControllerFixture newFixture() {
        ControllerFixture created = ControllerFixture.withPromptReports();
        created.runnersEndWith("runs:1", -1);
        created.runnersEndWith("runs:2", -1);
        return created;
    }

    @TestFactory
    Stream<DynamicTest> aFailedCallDoesNotChangeTheResult() throws Exception {
        List<Case> cases = new ArrayList<>();
        for (Walk walk : Walk.values()) {
            healthyRun(walk).forEach((step, times) -> {
                for (Failure failure : Failure.values()) {
                    if (times > 1 || failure.isSingle()) {
                        cases.add(new Case("set%03dx".formatted(cases.size()), walk, step, failure));
                    }
                }
            });
        }
        assertThat(cases)
                .filteredOn(failing -> failing.walk() == Walk.WHOLE_LIFE)
                .hasSizeGreaterThan(150);
        Map<Case, Future<?>> ends = new LinkedHashMap<>();
        cases.forEach(failing -> ends.put(failing, lives.submit(() -> live(failing))));
        return ends.entrySet().stream()
                .map(end -> dynamicTest(
                        end.getKey().toString(), () -> end.getValue().get()));
    }

    /** The walked requests of a life without failures, and how often each is sent. */
    private static Map<Step, Integer> healthyRun(Walk walk) throws Exception {
        try (ControllerFixture healthy = newFixture()) {
            ScaleSetLife life = new ScaleSetLife(healthy, healthy.github, "healthy");
            walk.before.accept(life);
            Map<Step, Integer> earlier = requests(healthy);
            walk.walked.accept(life);
            Map<Step, Integer> steps = requests(healthy);
            earlier.forEach((step, times) -> steps.merge(step, -times, Integer::sum));
            steps.values().removeIf(times -> times == 0);
            return steps;
        }
    }

    private static Map<Step, Integer> requests(ControllerFixture healthy) {
        Map<Step, Integer> steps = new TreeMap<>(Comparator.comparing(Step::toString));
        healthy.kube.requests().snapshot().stream()
                .map(entry -> entry.request())
                .filter(request -> request.userAgent().equals(CONTROLLER))
                .filter(request -> WRITES.contains(request.verb()) && !REPORTS.contains(request.resource()))
                .forEach(request -> steps.merge(writeOf(request, "healthy"), 1, Integer::sum));
        healthy.github.calls().forEach((call, times) -> steps.put(gitHubCallOf(call), times.intValue()));
        return steps;
    }

    private static Step writeOf(ApiRequest request, String scaleSet) {
        assertThat(request.name()).as(request.toString()).startsWith(scaleSet);
        String rest = request.name().substring(scaleSet.length());
        return new Step.Write(
                request.verb(),
                request.target(),
                request.namespace(),
                GENERATED.matcher(rest).replaceAll("-[a-z0-9]+"));
    }

    /** @param call method and path with variables in braces */
    private static Step gitHubCallOf(String call) {
        int space = call.indexOf(' ');
        return new Step.GitHubCall(
                call.substring(0, space), ".*" + call.substring(space + 1).replaceAll("\\{[^}]+}", "[^/]+"));
    }

    private static Object live(Case failing) throws Exception {
        try (GitHubSimulator github = GitHubSimulator.start()) {
            ScaleSetLife life = new ScaleSetLife(fixture, github, failing.scaleSet());
            failing.walk().before.accept(life);
            LongSupplier strikes = switch (failing.step()) {
                case Step.Write write -> inject(failing, write);
                case Step.GitHubCall call -> inject(failing.failure(), call, github);
            };
            failing.walk().walked.accept(life);
            failing.walk().after.accept(life);
            if (failing.failure().isSingle()) {
                assertThat(strikes.getAsLong()).as("times that the call failed").isEqualTo(1);
            } else {
                assertThat(strikes.getAsLong()).as("times that the call failed").isPositive();
            }
            return failing;
        }
    }

    private static LongSupplier inject(Case failing, Step.Write write) {
        Failure failure = failing.failure();
        Pattern name = Pattern.compile(failing.scaleSet() + write.name());
        AtomicInteger requests = new AtomicInteger();
        Fault fault = Fault.when(request -> request.userAgent().equals(CONTROLLER)
                        && request.verb().equals(write.verb())
                        && request.target().equals(write.target())
                        && request.namespace().equals(write.namespace())
                        && name.matcher(request.name()).matches()
                        && requests.getAndIncrement() % 2 == 0)
                .times(failure.isSingle() ? 1 : STRIKES);
        fault = failure.status() > 0 ? fault.answer(failure.status()) : fault.drop();
        return fixture.kube.faults().inject(failure.isAfterEffect() ? fault.afterEffect() : fault)::strikes;
    }

    private static LongSupplier inject(Failure failure, Step.GitHubCall call, GitHubSimulator github) {
        io.github.arc4j.simulator.faults.Fault fault = io.github.arc4j.simulator.faults.Fault.on(
                        call.method(), call.path())
                .times(1);
        fault = failure.status() > 0
                ? fault.answering(failure.status(), "{}", Map.of("Retry-After", "1"))
                : fault.dropping();
        fault = failure.isAfterEffect() ? fault.afterTheEffect() : fault;
        github.faults().add(fault);
        for (int i = 0; !failure.isSingle() && i < STRIKES; i++) {
            github.faults().add(fault.delaying(Duration.ZERO)); // goes through
            github.faults().add(fault);
        }
        return github.faults()::hits;
    }
}
