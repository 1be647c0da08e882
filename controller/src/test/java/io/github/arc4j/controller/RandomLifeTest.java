package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.JobView;
import io.github.arc4j.simulator.faults.RunnerFault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Two scale sets live through random events: jobs, losses of pods and runners, runners that hang during or after their
 * job, never come online, are forgotten or refused by GitHub, restarts and crashes of the controller, restarts of listeners, takeovers from a controller with another runner set, stale caches, conflicts, failing calls;
 * with an even seed, any call of GitHub may also fail in any way. There are never too many runners in all runner sets
 * together, no pod with a job is deleted, and every job whose pod the test does not disturb succeeds. In the end, no
 * pod, Secret, registration or object of a listener is left.
 *
 * <p>{@code -Drandom.life=PT5M} lets it run longer, {@code -Drandom.life.seed=N} repeats the life that failed as far as
 * threads allow.
 */
class RandomLifeTest {
    private static final Duration TIME = Duration.parse(System.getProperty("random.life", "PT15S"));
    /** A job may have to wait for a minute if the end of another one was reported to a controller that was killed. */
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final List<String> SETS = List.of("set", "other");
    private static final int MAX_RUNNERS = 8;
    private static final int STEPS = 60;
    private static final Duration MAX_JOB_DURATION = Duration.ofMillis(800);
    private static final RunnerPolicy POLICY = RunnerPolicy.builder()
            .endGrace("1s")
            .onlineTimeout("3s")
            .disruption("protectBusy")
            .build();
    /** Returned only for requests without effect, so the controller's client retries them. */
    private static final int TOO_MANY_REQUESTS = 429;

    private static final List<String> WATCHED = List.of("pods", "ephemeralrunners", "ephemeralrunnersets");

    @Test
    void noJobIsLostAndNothingIsLeftBehind() throws Exception {
        String given = System.getProperty("random.life.seed");
        long end = System.nanoTime() + TIME.toNanos();
        do {
            long seed = given == null ? System.nanoTime() : Long.parseLong(given);
            System.out.println("random life " + seed);
            try (Life life = new Life(seed)) {
                life.live(seed);
            }
        } while (given == null && System.nanoTime() < end);
    }

    private static final class Life implements AutoCloseable {
        private final Random random;
        private final ControllerFixture fixture;
        private final RunnerInvariants invariants;
        private final Map<String, TestListener> listeners = new HashMap<>();
        private final Map<String, Integer> scaleSetIds = new HashMap<>();
        private int image = 1;
        private int takeovers;

        Life(long seed) {
            random = new Random(seed);
            boolean isBadWorld = seed % 2 == 0;
            fixture = new ControllerFixture(options -> (isBadWorld ? options.badWorld(seed) : options)
                    .pollTimeout(Duration.ofMillis(500))
                    .lostRunnerAfter(Duration.ofMillis(500))
                    .assignTimeout(Duration.ofSeconds(60)));
            invariants = new RunnerInvariants(fixture, MAX_RUNNERS);
            for (String set : SETS) {
                fixture.createScaleSet(set, spec -> spec.maxRunners(MAX_RUNNERS).policy(POLICY));
                await().atMost(LIMIT).until(() -> fixture.runnerSet(set) != null);
                int id = fixture.github.scaleSets().stream()
                        .filter(scaleSet -> scaleSet.name().equals(set))
                        .findFirst()
                        .orElseThrow()
                        .id();
                scaleSetIds.put(set, id);
                listeners.put(set, new TestListener(fixture, set, id, MAX_RUNNERS));
            }
        }

        void live(long seed) throws Exception {
            try {
                live();
            } catch (AssertionError | ConditionTimeoutException e) {
                throw new AssertionError("repeat with -Drandom.life.seed=" + seed + "\n" + state(), e);
            }
        }

        /** The state to report after a failure. */
        private String state() {
            KubernetesSerialization yaml = fixture.client.getKubernetesSerialization();
            String objects = Stream.of(
                            fixture.list(EphemeralRunnerSet.class, ControllerFixture.NAMESPACE),
                            fixture.runners(),
                            fixture.runnerPods())
                    .flatMap(List::stream)
                    .map(yaml::asYaml)
                    .collect(Collectors.joining());
            Set<String> names = Set.copyOf(names(fixture.runners()));
            String requests = fixture.kube.requests().snapshot().stream()
                    .filter(entry -> names.contains(entry.request().name()))
                    .map(Object::toString)
                    .collect(Collectors.joining("\n"));
            return String.join("\n", objects, fixture.github.runners().toString(), requests);
        }

        private void live() throws Exception {
            for (int i = 0; i < STEPS; i++) {
                step();
                fixture.letHappen(random.nextInt(20), Duration.ofMillis(60));
                assertThat(invariants.violations()).isEmpty();
            }
            calmDown();
            await("end of all jobs").atMost(LIMIT).untilAsserted(() -> {
                assertThat(invariants.violations()).isEmpty();
                SETS.forEach(this::renewOutdatedTemplate);
                killHungJobs();
                assertThat(fixture.github.summary().unfinished()).isZero();
            });
            assertThat(invariants.lostJobs())
                    .as("jobs whose runners were removed")
                    .isEmpty();
            await("removal of idle runners").atMost(LIMIT).untilAsserted(this::noRunnerIsLeft);
            SETS.forEach(set -> fixture.client.resource(fixture.scaleSet(set)).delete());
            await("removal of the scale sets").atMost(LIMIT).untilAsserted(() -> {
                assertThat(SETS)
                        .allSatisfy(set -> assertThat(fixture.scaleSet(set)).isNull());
                assertThat(fixture.github.scaleSets()).isEmpty();
            });
            noRunnerIsLeft();
            nothingOfListenersIsLeft();
            assertThat(invariants.violations()).isEmpty();
            assertThat(fixture.github.violations())
                    // how a controller learns that its registration had an effect though a later call failed
                    .filteredOn(violation -> !violation.message().equals("second JIT config for an existing runner"))
                    .isEmpty();
        }

        private void noRunnerIsLeft() {
            assertThat(names(fixture.runners())).as("runners").isEmpty();
            assertThat(names(fixture.runnerPods())).as("pods").isEmpty();
            assertThat(names(fixture.list(Secret.class, ControllerFixture.NAMESPACE)))
                    .containsExactly(ControllerFixture.CREDENTIALS);
            assertThat(fixture.github.runners()).as("registrations").isEmpty();
        }

        private void nothingOfListenersIsLeft() {
            assertThat(fixture.listeners()).isEmpty();
            for (Class<? extends HasMetadata> kind :
                    List.of(Pod.class, Secret.class, ServiceAccount.class, Role.class, RoleBinding.class)) {
                assertThat(names(fixture.list(kind, ControllerFixture.CONTROLLER_NAMESPACE)))
                        .as(kind.getSimpleName())
                        .isEmpty();
            }
            assertThat(names(fixture.list(Role.class, ControllerFixture.NAMESPACE)))
                    .isEmpty();
            assertThat(names(fixture.list(RoleBinding.class, ControllerFixture.NAMESPACE)))
                    .isEmpty();
        }

        private static List<String> names(List<? extends HasMetadata> objects) {
            return objects.stream()
                    .map(object -> object.getMetadata().getName())
                    .toList();
        }

        private void step() throws Exception {
            switch (random.nextInt(32)) {
                case 0, 1, 2, 3, 4, 5 -> queueJobs();
                case 6 -> onPod(pod -> fixture.kube.kubelet().evict(namespace(pod), name(pod), "memory"));
                case 7 ->
                    onPod(pod -> fixture.client.resource(pod).withGracePeriod(0).delete());
                case 8 -> onPod(pod -> fixture.client.resource(pod).delete());
                case 9 -> deleteRunner();
                case 10 -> fixture.restartController();
                case 24 -> fixture.crashController();
                case 25 -> restartListener(any(SETS));
                case 26 -> takeOver(any(SETS));
                case 27 -> fixture.github.runnerFaults().add(RunnerFault.of(RunnerFault.Kind.NEVER_EXITS));
                case 29 -> fixture.github.runnerFaults().add(RunnerFault.of(RunnerFault.Kind.NEVER_FINISHES));
                case 30 -> fixture.github.runnerFaults().add(RunnerFault.of(RunnerFault.Kind.DEPRECATED));
                case 31 ->
                    onPod(pod -> fixture.github.forgetRunner(Long.parseLong(
                            pod.getMetadata().getAnnotations().getOrDefault(Annotations.RUNNER_ID, "0"))));
                case 28 -> fixture.github.runnerFaults().add(RunnerFault.of(RunnerFault.Kind.NEVER_ONLINE));
                case 11 -> fixture.kube.watches().drop();
                case 12 -> fixture.kube.watches().expire(any(WATCHED));
                case 13, 14 -> fixture.kube.watches().pause(any(WATCHED));
                case 15, 16 -> WATCHED.forEach(fixture.kube.watches()::resume);
                case 17, 18, 19, 20 -> failKubernetes();
                case 21, 22 -> failGitHub();
                default -> renewTemplate(any(SETS));
            }
        }

        private void restartListener(String set) throws InterruptedException {
            Objects.requireNonNull(listeners.get(set)).close();
            int id = Objects.requireNonNull(scaleSetIds.get(set));
            listeners.put(set, new TestListener(fixture, set, id, MAX_RUNNERS));
        }

        private void takeOver(String set) throws InterruptedException {
            fixture.stopController();
            FormerController.takeBack(fixture, set, set + "-" + ++takeovers);
            fixture.restartController();
        }

        private <T> T any(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        private void queueJobs() {
            boolean succeeds = random.nextInt(4) > 0;
            fixture.github.queueJobs(
                    JobRequest.builder(any(SETS))
                            .duration(Duration.ofMillis(random.nextLong(MAX_JOB_DURATION.toMillis())))
                            .exitCode(succeeds ? 0 : 1)
                            .build(),
                    1 + random.nextInt(5));
        }

        /** An action on a pod. */
        @FunctionalInterface
        private interface Deed {
            void on(Pod pod);
        }

        private void onPod(Deed deed) {
            List<Pod> pods = fixture.runnerPods();
            if (pods.isEmpty()) {
                return;
            }
            Pod pod = any(pods);
            invariants.disturbed(pod);
            try {
                deed.on(pod);
            } catch (RuntimeException e) {
                // it ended in the meantime
            }
        }

        private static String name(HasMetadata object) {
            return object.getMetadata().getName();
        }

        private static String namespace(HasMetadata object) {
            return object.getMetadata().getNamespace();
        }

        private void deleteRunner() {
            List<EphemeralRunner> runners = fixture.runners();
            if (!runners.isEmpty()) {
                fixture.client.resource(any(runners)).delete();
            }
        }

        private void failKubernetes() {
            String verb = any(List.of("create", "patch", "delete", "get"));
            String target = any(List.of("pods", "secrets", "ephemeralrunners", "ephemeralrunners/status"));
            Fault fault = Fault.when(request -> request.userAgent().equals("controller")
                            && request.verb().equals(verb)
                            && request.target().equals(target))
                    .times(1 + random.nextInt(4));
            int status = random.nextInt(4) == 0 ? 0 : any(List.of(409, TOO_MANY_REQUESTS, 500, 503));
            fault = status == 0 ? fault.drop() : fault.answer(status);
            boolean afterEffect = random.nextBoolean() && status != TOO_MANY_REQUESTS;
            fixture.kube.faults().inject(afterEffect ? fault.afterEffect() : fault);
        }

        private void failGitHub() {
            io.github.arc4j.simulator.faults.Fault fault = io.github.arc4j.simulator.faults.Fault.on(
                            any(List.of("POST", "DELETE", "GET")), ".*(/generatejitconfig|/agents.*)")
                    .times(1 + random.nextInt(3));
            fault = random.nextBoolean() ? fault.dropping() : fault.answering(any(List.of(429, 500)), "");
            fixture.github.faults().add(random.nextBoolean() ? fault.afterTheEffect() : fault);
        }

        private void renewTemplate(String set) {
            image++;
            fixture.client
                    .resources(AutoscalingRunnerSet.class)
                    .inNamespace(ControllerFixture.NAMESPACE)
                    .withName(set)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"spec": {"template": {"spec": {"containers": [{"name": "runner", "image": "runner:%d"}]}}}}
                        """.formatted(image));
        }

        /** Otherwise the set would continue only with the next probe, minutes later. */
        private void renewOutdatedTemplate(String set) {
            AutoscalingRunnerSetStatus status = fixture.scaleSet(set).getStatus();
            if (status != null && status.phase().equals(Phase.OUTDATED)) {
                renewTemplate(set);
            }
        }

        /** Kills the pods of runners that have been busy for much longer than any job takes. */
        private void killHungJobs() {
            Instant now = Instant.now();
            Set<String> hung = fixture.github.jobs().stream()
                    .filter(job -> job.state() == JobState.RUNNING)
                    .filter(job -> job.startedAt() != null
                            && job.startedAt()
                                    .plus(MAX_JOB_DURATION.multipliedBy(5))
                                    .isBefore(now))
                    .map(JobView::runner)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
            fixture.runnerPods().stream()
                    .filter(pod -> hung.contains(name(pod)))
                    .forEach(pod -> {
                        invariants.disturbed(pod);
                        fixture.client.resource(pod).withGracePeriod(0).delete();
                    });
        }

        private void calmDown() {
            fixture.kube.faults().clear();
            fixture.github.faults().clear();
            fixture.github.runnerFaults().clear();
            WATCHED.forEach(fixture.kube.watches()::resume);
        }

        @Override
        public void close() throws Exception {
            for (TestListener listener : listeners.values()) {
                listener.close();
            }
            invariants.close();
            fixture.close();
        }
    }
}
