package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many runners a set lacks or has too many: the number that the listener asks for, set against the runners that live,
 * those that are being deleted but may still run a job, those that former sets of the scale set still have, the jobs that
 * end meanwhile, and the runners that were removed in order to make others.
 */
final class Demand {
    /** How often to look whether a runner has departed: its object tells nothing of its pod's end. */
    private static final Duration DEPARTURE_CHECK = Duration.ofSeconds(2);

    private final RunnerIndex index;
    private final DepartingRunners departing;
    private final FormerRunnerSets formerSets;
    private final ScalingGate gate;
    private final JobAccount account;
    private final Replacements replacements;

    Demand(
            RunnerIndex index,
            DepartingRunners departing,
            FormerRunnerSets formerSets,
            ScalingGate gate,
            JobAccount account,
            Replacements replacements) {
        this.index = index;
        this.departing = departing;
        this.formerSets = formerSets;
        this.gate = gate;
        this.account = account;
        this.replacements = replacements;
    }

    /**
     * What there is to do now.
     *
     * @param missing until the wish is fulfilled
     * @param toMake those of them that may be made: all for a new wish, replacements for one that was carried out; none
     *     in the place of a runner that may still run a job
     * @param surplus how many more there are than wished; negative if there are fewer
     * @param replaced runners that are gone, and in whose place none was made yet
     * @param isWaitingForDeparture whether more may be made when runners that are being deleted are gone
     * @param lookAgain after which time the end of a job counts though the listener has not told of it
     */
    record Balance(
            int missing,
            int toMake,
            int surplus,
            boolean isNewWish,
            int replaced,
            boolean isWaitingForDeparture,
            @Nullable Duration lookAgain) {}

    Balance of(EphemeralRunnerSet set) {
        // At one moment: a runner that ends does not count as living any more, but may be owed.
        return index.read(() -> balance(set));
    }

    private Balance balance(EphemeralRunnerSet set) {
        // The CRD allows any number, and far below zero the differences overflow.
        int wanted = Math.max(0, set.getSpec().replicas());
        int living = index.counts(set).total();
        JobAccount.Balance jobs = account.balance(set);
        boolean isNewWish = gate.isOpen(set, () -> index.all(set));
        int replaced = replacements.due(set);
        int missing = wanted - formerSets.runners(set) - jobs.owed() - living;
        int due = isNewWish ? missing : Math.min(missing, replaced);
        int room = missing - departing.count(set);
        return new Balance(
                missing,
                Math.min(due, room),
                living - jobs.spent() - wanted,
                isNewWish,
                replaced,
                due > Math.max(room, 0),
                jobs.ifUntold());
    }

    /** Whether the set, as it is now, has fewer runners than the listener asks for. */
    boolean isBelow(EphemeralRunnerSet set) {
        return index.read(() -> set.getSpec().replicas() - formerSets.runners(set) - departing.count(set)
                > index.counts(set).total());
    }

    /** To be called before a runner is deleted in order to make another: the deletion may have its effect and fail. */
    void replaces(EphemeralRunnerSet set, EphemeralRunner runner) {
        replacements.add(set, runner);
    }

    /**
     * Takes note of how many runners were made.
     *
     * @return after which time to look again, if nothing happens before; null if nothing is waited for
     */
    @Nullable Duration made(EphemeralRunnerSet set, Balance balance, int made) {
        replacements.settle(set, made < balance.missing() ? made : balance.replaced());
        boolean isFulfilled = balance.surplus() + made >= 0;
        if (balance.isNewWish() && isFulfilled) {
            gate.carriedOut(set);
        }
        if (balance.isWaitingForDeparture()) {
            return DEPARTURE_CHECK;
        }
        return balance.isNewWish() && !isFulfilled ? balance.lookAgain() : null;
    }
}
