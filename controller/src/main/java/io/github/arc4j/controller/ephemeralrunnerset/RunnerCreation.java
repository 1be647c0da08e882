package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes runners in growing waves. What the API server refuses is tried again more and more seldom, however often the set
 * is looked at meanwhile.
 */
final class RunnerCreation {
    /** Then the set is looked at anew: what ended meanwhile is removed, and its status tells how far it got. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** More than the fastest API server creates in that time. The number that is wanted may be any, and must not cost memory. */
    private static final int MOST_IN_A_PASS = 2000;

    /** Between two tries, however often the listener asks for another number. */
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

    private static final Backoff BACKOFF = new Backoff(SHORTEST_PAUSE, Duration.ofMinutes(5));

    /**
     * The API server does not accept runners of a set.
     *
     * @param number of tries in a row
     * @param spec of the runners that were refused
     * @param patchId that the set had
     */
    record Refusal(int number, Instant at, Instant nextTry, String message, EphemeralRunnerSpec spec, int patchId) {}

    private final ResourceClient<EphemeralRunner> runners;
    private final RunnerTemplate template;
    private final InstantSource clock;
    private final PerObject<Refusal> refusals;
    /** Names of runners whose creation failed, but may have had its effect, or have it yet. */
    private final PerObject<Set<String>> unconfirmed;

    RunnerCreation(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceClient<EphemeralRunner> runners,
            RunnerTemplate template,
            InstantSource clock) {
        this.runners = runners;
        this.template = template;
        this.clock = clock;
        this.refusals = new PerObject<>(sets);
        this.unconfirmed = new PerObject<>(sets);
    }

    /** To be called before runners are counted: those that have appeared all the same are counted then. */
    void settle(EphemeralRunnerSet set) {
        unconfirmed(set).removeIf(name -> exists(set, name));
    }

    /**
     * What came of a creation.
     *
     * @param number of runners that were made
     * @param refusal that was met now or is being waited out; null if there is none
     */
    record Outcome(int number, @Nullable Refusal refusal) {}

    /**
     * Makes that many runners, or as many as one pass may, unless an earlier refusal is being waited out. Those
     * whose creation failed come first, by the same names, so that none is made twice.
     *
     * @param areMoreWished asked again and again meanwhile
     * @throws Exception another failure than a refusal; some runners may have been made
     */
    Outcome create(EphemeralRunnerSet set, int number, BooleanSupplier areMoreWished) throws Exception {
        Refusal last = refusals.get(set);
        if (last != null && isWaitedOut(last, set)) {
            return new Outcome(0, last);
        }
        int atMost = Math.min(number, MOST_IN_A_PASS);
        List<Concurrently.Task> tasks = new ArrayList<>(atMost);
        unconfirmed(set).stream().limit(atMost).forEach(name -> tasks.add(() -> make(set, name)));
        while (tasks.size() < atMost) {
            tasks.add(() -> make(set, newName(set)));
        }
        Instant end = clock.instant().plus(LONGEST);
        try {
            int made = Concurrently.runInGrowingWaves(
                    tasks, () -> clock.instant().isBefore(end) && areMoreWished.getAsBoolean());
            refusals.remove(set);
            return new Outcome(made, null);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isRefused(e)) {
                throw e;
            }
            Refusal refusal = refused(set, last, Objects.requireNonNullElse(e.getMessage(), ""));
            refusals.put(set, refusal);
            return new Outcome(0, refusal);
        }
    }

    /** Another template is tried at once, another number soon: a quota may have room by now. */
    private boolean isWaitedOut(Refusal last, EphemeralRunnerSet set) {
        if (isOfFormerTemplate(last, set)) {
            return false;
        }
        boolean isNewNumber = last.patchId() != set.getSpec().patchID();
        Instant nextTry = isNewNumber ? last.at().plus(SHORTEST_PAUSE) : last.nextTry();
        return clock.instant().isBefore(nextTry);
    }

    private Refusal refused(EphemeralRunnerSet set, @Nullable Refusal last, String message) {
        int tries = last == null || isOfFormerTemplate(last, set) ? 1 : last.number() + 1;
        Duration delay = BACKOFF.delay(tries, ThreadLocalRandom.current().nextDouble());
        Instant now = clock.instant();
        return new Refusal(
                tries,
                now,
                now.plus(delay),
                message,
                set.getSpec().ephemeralRunnerSpec(),
                set.getSpec().patchID());
    }

    private static boolean isOfFormerTemplate(Refusal refusal, EphemeralRunnerSet set) {
        return !refusal.spec().equals(set.getSpec().ephemeralRunnerSpec());
    }

    /** How long to wait before the next try. */
    Duration rest(Refusal refusal) {
        return Duration.between(clock.instant(), refusal.nextTry());
    }

    private void make(EphemeralRunnerSet set, String name) {
        Set<String> names = unconfirmed(set);
        names.add(name);
        runners.createOrAdopt(template.runner(set, name));
        names.remove(name);
    }

    private Set<String> unconfirmed(EphemeralRunnerSet set) {
        return unconfirmed.computeIfAbsent(set, ConcurrentHashMap::newKeySet);
    }

    private String newName(EphemeralRunnerSet set) {
        String name = RunnerTemplate.newName(set);
        return exists(set, name) ? newName(set) : name;
    }

    private boolean exists(EphemeralRunnerSet set, String name) {
        return runners.get(set.getMetadata().getNamespace(), name) != null;
    }
}
