package io.github.arc4j.controller.ephemeralrunner.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.rules.StartRules.CreatedPod;
import io.github.arc4j.controller.runners.RunnerEnding;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdicts about a runner that the cache has no pod of. */
class StartRulesTest {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = CREATED.plusSeconds(60);

    private static final StartVerdict WAIT = new StartVerdict.AwaitPod(Duration.ofSeconds(5));
    private static final StartVerdict FIND_POD = new StartVerdict.FindPod();

    private static final StartFacts NEW = facts(0, "", false);
    private static final StartFacts UNUSED = facts(7, "", true);
    private static final StartFacts USED = facts(7, "", false);
    private static final StartFacts WITH_JOB = facts(7, "job", false);
    /** A job decides, even if this process knows of no pod. */
    private static final StartFacts WITH_JOB_UNUSED = facts(7, "job", true);

    private static final Registration REGISTERED = new Registration.Registered(8);
    private static final Registration.Earlier EARLIER = new Registration.Earlier(7);
    private static final Registration NAME_TAKEN = new Registration.NameTaken(3);
    private static final Registration HAS_JOB = new Registration.HasJob();

    private static StartFacts facts(long runnerId, String jobId, boolean isUnused) {
        return StartFacts.of(
                EphemeralRunnerStatus.builder().runnerId(runnerId).jobId(jobId).build(), isUnused);
    }

    private static StartVerdict ends(RunnerEnding ending, String message) {
        return new StartVerdict.End(new Verdict.End(ending, message));
    }

    private static Stream<Arguments> steps() {
        StartVerdict jobLost =
                ends(RunnerEnding.JOB_LOST, "GitHub still waits for a job of this runner's previous pod");
        StartVerdict podLost = ends(RunnerEnding.POD_LOST, "the pod was deleted during a job; the runner is replaced");
        return Stream.of(
                arguments("a new runner registers", NEW, new StartVerdict.Register(false)),
                arguments("it gets its first pod", NEW.registered(REGISTERED), new StartVerdict.CreatePod(8, true)),
                arguments("an unused registration needs no lookup", UNUSED, new StartVerdict.Register(false)),
                arguments(
                        "and is the first one still",
                        UNUSED.registered(REGISTERED),
                        new StartVerdict.CreatePod(8, true)),
                arguments("a used registration may have a pod", USED, FIND_POD),
                arguments("which is awaited", USED.withPod(true), WAIT),
                arguments("or deleted: its JIT config is used", USED.withPod(false), new StartVerdict.Register(true)),
                arguments(
                        "the next pod is not the first",
                        USED.withPod(false).registered(REGISTERED),
                        new StartVerdict.CreatePod(8, false)),
                arguments("a runner with a job had a pod", WITH_JOB, FIND_POD),
                arguments("which is awaited, too", WITH_JOB.withPod(true), WAIT),
                arguments("and is lost with the job", WITH_JOB.withPod(false), podLost),
                arguments("in any case", WITH_JOB_UNUSED, FIND_POD),
                arguments("whoever registered it", WITH_JOB_UNUSED.withPod(false), podLost),
                arguments("a terminated reconcile may have created a pod", NEW.registered(EARLIER), FIND_POD),
                arguments("which is awaited", NEW.registered(EARLIER).withPod(true), WAIT),
                arguments(
                        "otherwise its registration is replaced",
                        NEW.registered(EARLIER).withPod(false),
                        new StartVerdict.Renew(EARLIER)),
                arguments(
                        "without another lookup if there was one",
                        USED.withPod(false).registered(EARLIER),
                        new StartVerdict.Renew(EARLIER)),
                arguments(
                        "with another one",
                        NEW.registered(EARLIER).withPod(false).renewed(REGISTERED),
                        new StartVerdict.CreatePod(8, true)),
                arguments(
                        "but only once in a reconcile",
                        NEW.registered(EARLIER).withPod(false).renewed(EARLIER),
                        new StartVerdict.Retry()),
                arguments(
                        "the name is taken",
                        NEW.registered(NAME_TAKEN),
                        ends(
                                RunnerEnding.RUNNER_NAME_TAKEN,
                                "scale set 3 has a runner of this name; another runner is created")),
                arguments(
                        "GitHub has given a job to a registration without a pod",
                        NEW.registered(HAS_JOB),
                        ends(
                                RunnerEnding.JOB_WITHOUT_POD,
                                "GitHub has given a job to this runner before it had a pod")),
                arguments("or to the previous pod", USED.withPod(false).registered(HAS_JOB), jobLost),
                arguments(
                        "or noticed that when the registration was replaced",
                        USED.withPod(false).registered(EARLIER).renewed(HAS_JOB),
                        jobLost));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void steps(String name, StartFacts facts, StartVerdict verdict) {
        assertThat(StartRules.decide(facts)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"8, false, STARTED", "0, false, STARTED", "7, false, OBSOLETE", "8, true, PREVIOUS", "7, true, PREVIOUS"
    })
    void anExistingPodIsAdoptedIfItUsesTheRegistration(long runnerId, boolean isDeleted, CreatedPod expected) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .addToAnnotations(Annotations.RUNNER_ID, Long.toString(runnerId))
                .withDeletionTimestamp(isDeleted ? LATER.toString() : null)
                .endMetadata()
                .build();
        assertThat(StartRules.created(pod, 8)).isEqualTo(expected);
    }

    @Test
    void theErrorOfARejectedPodDeterminesTheVerdict() {
        String quota = "pods \"runner\" is forbidden: exceeded quota: q";
        assertThat(rejected(403, "Forbidden", quota, LATER))
                .isEqualTo(new PodRejection.AwaitQuota(quota, Duration.ofSeconds(30)));
        assertThat(rejected(403, "Forbidden", quota, CREATED.plus(Duration.ofMinutes(11))))
                .isEqualTo(new PodRejection.End(new Verdict.End(RunnerEnding.QUOTA_EXCEEDED, quota), false));
        assertThat(rejected(409, "AlreadyExists", "exists", LATER))
                .isEqualTo(new PodRejection.End(
                        new Verdict.End(
                                RunnerEnding.POD_NAME_TAKEN,
                                "a pod of another owner has the runner's name; another runner is created"),
                        false));
        for (int code : new int[] {400, 403, 422}) {
            assertThat(rejected(code, "Invalid", "spec.containers: bad", LATER))
                    .isEqualTo(new PodRejection.End(
                            new Verdict.End(RunnerEnding.INVALID_POD, "Failed to create the pod: spec.containers: bad"),
                            true));
        }
        assertThat(rejected(500, "InternalError", "etcd", LATER)).isEqualTo(new PodRejection.Retry());
        assertThat(rejected(409, "Conflict", "quota was modified", LATER)).isEqualTo(new PodRejection.Retry());
    }

    private static PodRejection rejected(int code, String reason, String message, Instant now) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setCreationTimestamp(CREATED.toString());
        return StartRules.podRejected(
                runner,
                new KubernetesClientException(new StatusBuilder()
                        .withCode(code)
                        .withReason(reason)
                        .withMessage(message)
                        .build()),
                now);
    }
}
