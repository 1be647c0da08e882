package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.controller.kube.deserialization.SpecLimit;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.queue.Concurrently;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates runners in growing waves. If the API server rejects them, creation is retried with exponential backoff, no
 * matter how often the set is reconciled.
 */
final class RunnerCreation {
    /**
     * After this time the pass ends, so that the next one can delete runners that have ended, and the status shows
     * progress.
     */
    private static final Duration MAX_DURATION = Duration.ofSeconds(5);

    /** More than the fastest API server creates in that time. Any number may be desired, so this limits the memory. */
    private static final int MAX_PER_PASS = 2000;

    /** Between two attempts, no matter how often the listener requests another number. */
    private static final Duration MIN_PAUSE = Duration.ofSeconds(5);

    private static final Backoff BACKOFF = Backoff.doubling(MIN_PAUSE, Duration.ofMinutes(5));

    /**
     * The API server rejected runners of a set.
     *
     * @param number how many rejections in a row there were
     * @param spec the spec of the rejected runners
     * @param patchId the patch ID of the set
     */
    private record Rejection(
            int number, Instant at, Instant nextTry, String message, EphemeralRunnerSpec spec, int patchId) {}

    /** What is remembered about a set. */
    private static final class Attempts {
        /** Names of runners whose creation failed, but may have taken effect, or may still do so. */
        final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();

        volatile @Nullable Rejection rejection;
    }

    private final ResourceClient<EphemeralRunner> runners;
    private final RunnerFactory factory;
    private final InstantSource clock;
    private final PerObject<Attempts> attempts;

    RunnerCreation(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceClient<EphemeralRunner> runners,
            RunnerFactory factory,
            InstantSource clock) {
        this.runners = runners;
        this.factory = factory;
        this.clock = clock;
        this.attempts = new PerObject<>(sets);
    }

    /** Call this before runners are counted: those that exist after all are counted then. */
    void confirm(EphemeralRunnerSet set) {
        attempts(set).unconfirmed.removeIf(name -> exists(set, name));
    }

    /**
     * Creates this many runners, up to the limit of a pass, except during the backoff after a rejection. Those whose
     * creation failed come first, with the same names, so that none is created twice.
     *
     * @param areMoreDesired asked before each wave
     * @param outcome receives a rejection, and when to create more
     * @return how many runners were created
     * @throws Exception any failure other than a rejection; some runners may have been created
     */
    int create(EphemeralRunnerSet set, int number, BooleanSupplier areMoreDesired, PassOutcome outcome)
            throws Exception {
        Health tooLarge = SpecLimit.problem(set);
        if (tooLarge != null) {
            outcome.failed(new SetHealth(tooLarge));
            return 0;
        }
        Attempts earlier = attempts(set);
        Rejection latest = earlier.rejection;
        Instant now = clock.instant();
        if (latest != null && now.isBefore(nextTry(latest, set))) {
            rejected(latest, Duration.between(now, nextTry(latest, set)), outcome);
            return 0;
        }
        int atMost = Math.min(number, MAX_PER_PASS);
        List<Concurrently.Task> tasks = new ArrayList<>(atMost);
        earlier.unconfirmed.stream().limit(atMost).forEach(name -> tasks.add(() -> create(set, name)));
        while (tasks.size() < atMost) {
            tasks.add(() -> create(set, newName(set)));
        }
        Instant end = now.plus(MAX_DURATION);
        try {
            int created = Concurrently.runInGrowingWaves(
                    tasks, () -> clock.instant().isBefore(end) && areMoreDesired.getAsBoolean());
            earlier.rejection = null;
            if (created < number) {
                outcome.repeatAfter(Duration.ZERO);
            }
            return created;
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isRejected(e)) {
                throw e;
            }
            Rejection rejection = rejection(set, latest, Objects.requireNonNullElse(e.getMessage(), ""));
            earlier.rejection = rejection;
            rejected(rejection, Duration.between(rejection.at(), rejection.nextTry()), outcome);
            return 0;
        }
    }

    private static void rejected(Rejection rejection, Duration retryAfter, PassOutcome outcome) {
        outcome.failed(
                new SetHealth(Health.problem("RunnersRefused", "Failed to create runners: "), rejection::message));
        outcome.repeatAfter(retryAfter);
    }

    /** A new template is retried immediately, a new number soon, because the quota may allow it now. */
    private static Instant nextTry(Rejection latest, EphemeralRunnerSet set) {
        if (isOfFormerTemplate(latest, set)) {
            return Instant.MIN;
        }
        boolean isNewRequest = latest.patchId() != set.getSpec().patchID();
        return isNewRequest ? latest.at().plus(MIN_PAUSE) : latest.nextTry();
    }

    private Rejection rejection(EphemeralRunnerSet set, @Nullable Rejection latest, String message) {
        int number = latest == null || isOfFormerTemplate(latest, set) ? 1 : latest.number() + 1;
        Instant now = clock.instant();
        return new Rejection(
                number,
                now,
                now.plus(BACKOFF.after(number)),
                message,
                set.getSpec().ephemeralRunnerSpec(),
                set.getSpec().patchID());
    }

    private static boolean isOfFormerTemplate(Rejection rejection, EphemeralRunnerSet set) {
        return !rejection.spec().equals(set.getSpec().ephemeralRunnerSpec());
    }

    private void create(EphemeralRunnerSet set, String name) {
        Set<String> unconfirmed = attempts(set).unconfirmed;
        unconfirmed.add(name);
        runners.createOrAdopt(factory.runner(set, name));
        unconfirmed.remove(name);
    }

    private Attempts attempts(EphemeralRunnerSet set) {
        return attempts.computeIfAbsent(set, Attempts::new);
    }

    private String newName(EphemeralRunnerSet set) {
        String name = RunnerFactory.newName(set);
        return exists(set, name) ? newName(set) : name;
    }

    private boolean exists(EphemeralRunnerSet set, String name) {
        return runners.get(new Request(set.getMetadata().getNamespace(), name)) != null;
    }
}
