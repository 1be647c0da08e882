package io.github.arc4j.simulator.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Faults of one type and how often they can still occur. A subject is affected by the first fault that matches it. The
 * owner synchronizes.
 *
 * @param <F> type of the faults
 * @param <S> what the faults affect
 */
final class ActiveFaults<F, S> {
    private final List<Active<F, S>> active = new ArrayList<>();
    private Random random = new Random(1);
    private long hits;

    private static final class Active<F, S> {
        final F fault;
        final double probability;
        final Predicate<S> subjects;
        int left;

        Active(F fault, int times, double probability, Predicate<S> subjects) {
            this.fault = fault;
            this.left = times;
            this.probability = probability;
            this.subjects = subjects;
        }
    }

    /**
     * Adds a fault after the active ones.
     *
     * @param times number of subjects that it affects; negative: no limit
     * @param probability share of the matching subjects that it affects, 0 to 1
     */
    void add(F fault, int times, double probability, Predicate<S> subjects) {
        active.add(new Active<>(fault, times, probability, subjects));
    }

    void removeIf(Predicate<F> faults) {
        active.removeIf(entry -> faults.test(entry.fault));
    }

    void clear() {
        active.clear();
    }

    void seed(long seed) {
        random = new Random(seed);
    }

    long hits() {
        return hits;
    }

    /**
     * The faults that can still occur.
     *
     * @param withTimes returns a copy of a fault with the remaining number of times
     */
    List<F> remaining(BiFunction<F, Integer, F> withTimes) {
        return active.stream()
                .filter(entry -> entry.left != 0)
                .map(entry -> withTimes.apply(entry.fault, entry.left))
                .toList();
    }

    /** Selects the fault for a subject, which counts as affected. */
    Optional<F> hit(S subject) {
        for (Active<F, S> entry : active) {
            if (entry.left != 0 && entry.subjects.test(subject) && random.nextDouble() < entry.probability) {
                if (entry.left > 0) {
                    entry.left--;
                }
                hits++;
                return Optional.of(entry.fault);
            }
        }
        return Optional.empty();
    }
}
