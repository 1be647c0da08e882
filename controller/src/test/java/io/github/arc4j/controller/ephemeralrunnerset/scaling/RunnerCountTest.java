package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.ephemeralrunnerset.scaling.RunnerCount.Decision;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.RunnerCount.Reason;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerCountTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** One line is one situation. The number of the listener's latest request is 17. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, nullValues = "-", textBlock = """
        situation                          | desired | patch | handled | existing | former | ended | running | departing | replaced | limit | create | delete | waits | reason
        the example of the documentation   | 12      | 17    | 16      | 6        | 1      | 2     | 0       | 1         | 0        | -     | 2      | 0      | true  | REQUESTED
        a first request                    | 3       | 1     | 0       | 0        | 0      | 0     | 0       | 0         | 0        | -     | 3      | 0      | false | REQUESTED
        enough runners                     | 3       | 17    | 16      | 3        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 0      | false | ENOUGH
        a runner ended after the request   | 3       | 17    | 17      | 2        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 0      | false | FULFILLED
        a template changed after it        | 3       | 17    | 17      | 1        | 0      | 0     | 0       | 0         | 2        | -     | 2      | 0      | false | REPLACING
        fewer are missing than replaced    | 3       | 17    | 17      | 2        | 0      | 0     | 0       | 0         | 2        | -     | 1      | 0      | false | REPLACING
        surplus while jobs run             | 1       | 17    | 16      | 3        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 0      | false | ENOUGH
        surplus without jobs               | 1       | 0     | 16      | 3        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 2      | false | SURPLUS
        surplus whose jobs are ending      | 1       | 0     | 0       | 3        | 0      | 0     | 1       | 0         | 0        | -     | 0      | 1      | false | SURPLUS
        the minimum is kept all the time   | 2       | 0     | 0       | 1        | 0      | 0     | 0       | 0         | 0        | -     | 1      | 0      | false | REQUESTED
        jobs whose end is not reported     | 3       | 17    | 16      | 2        | 0      | 1     | 0       | 0         | 0        | -     | 0      | 0      | false | JOBS_ENDING
        jobs of a former set               | 5       | 1     | 0       | 0        | 3      | 0     | 0       | 0         | 0        | -     | 2      | 0      | false | REQUESTED
        only departing runners             | 1       | 17    | 16      | 0        | 0      | 0     | 0       | 1         | 0        | -     | 0      | 0      | true  | DEPARTING
        a replacement beside a departing   | 2       | 17    | 17      | 0        | 0      | 0     | 0       | 1         | 2        | -     | 1      | 0      | true  | REPLACING
        no runner starts                   | 3       | 17    | 16      | 2        | 0      | 0     | 0       | 0         | 0        | 0     | 0      | 0      | false | NOT_STARTING
        one tests the template             | 5       | 17    | 16      | 2        | 0      | 0     | 0       | 0         | 1        | 1     | 1      | 0      | false | REQUESTED
        a negative number                  | -7      | 17    | 16      | 1        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 0      | false | ENOUGH
        a negative number without jobs     | -7      | 0     | 16      | 1        | 0      | 0     | 0       | 0         | 0        | -     | 0      | 1      | false | SURPLUS
        """)
    void decides(
            String situation,
            int desired,
            int patch,
            int handled,
            int existing,
            int former,
            int ended,
            int running,
            int departing,
            int replaced,
            Integer limit,
            int create,
            int delete,
            boolean waits,
            Reason reason) {
        RunnerCount count = new RunnerCount(
                desired,
                patch,
                handled,
                existing,
                former,
                ended,
                running,
                departing,
                replaced,
                0,
                limit == null ? NO_LIMIT : limit);
        assertThat(count.decide()).as(situation).isEqualTo(new Decision(create, delete, reason, waits));
    }

    /** Everything that the controller may meet, numbers that nobody should write included. */
    @Provide
    Arbitrary<RunnerCount> counts() {
        Arbitrary<Integer> desired = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.integers().between(0, 20)), Tuple.of(1, Arbitraries.integers()));
        Arbitrary<Integer> patches = Arbitraries.integers().between(0, 3);
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 5);
        Arbitrary<Integer> many = Arbitraries.integers().between(0, 20);
        Arbitrary<Integer> limits = Arbitraries.of(0, 1, NO_LIMIT);
        Arbitrary<RunnerCount> reachable = Combinators.combine(desired, patches, patches, many, few, few, few, few)
                .as((wanted, patch, handled, existing, former, ended, running, departing) -> new RunnerCount(
                        wanted,
                        patch,
                        handled,
                        existing,
                        former,
                        ended,
                        Math.min(running, existing),
                        departing,
                        0,
                        0,
                        NO_LIMIT));
        Arbitrary<Integer> stale = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0)), Tuple.of(1, few));
        return Combinators.combine(reachable, few, stale, limits)
                .as((count, replaced, staleJobs, limit) ->
                        change(count, count.existing(), count.fulfilledPatchId(), replaced, staleJobs, limit));
    }

    private static RunnerCount change(
            RunnerCount count, int existing, int fulfilledPatchId, int replaced, int staleJobs, int limit) {
        return new RunnerCount(
                count.desired(),
                count.patchId(),
                fulfilledPatchId,
                existing,
                count.inFormerSets(),
                count.endedButCounted(),
                count.runningButUncounted(),
                count.departing(),
                replaced,
                staleJobs,
                limit);
    }

    /** The inputs after {@code created} runners were created and all that are to be deleted are gone. */
    private static RunnerCount after(RunnerCount count, int created) {
        return change(
                count,
                count.existing() + created - count.decide().delete(),
                count.isNewRequest() && count.isFulfilledBy(created) ? count.patchId() : count.fulfilledPatchId(),
                count.replacementsDue() - Math.min(count.replacementsDue(), count.replacementsDone(created)),
                count.staleJobs(),
                count.creationLimit() == NO_LIMIT ? NO_LIMIT : count.creationLimit() - created);
    }

    /** The listener keeps the desired number below {@code maxRunners}, so neither do more runners take jobs. */
    @Property
    void neverMoreRunnersThanDesiredCouldTakeAJob(@ForAll("counts") RunnerCount count) {
        int created = count.decide().create();
        if (created > 0) {
            assertThat((long) count.existing() + count.inFormerSets() + count.departing() + created)
                    .isLessThanOrEqualTo(count.desired());
        }
    }

    @Property
    void noMoreRunnersAreDeletedThanJobsNeed(@ForAll("counts") RunnerCount count) {
        Decision decision = count.decide();
        if (decision.delete() > 0) {
            assertThat(count.patchId() == 0 || count.staleJobs() > 0).isTrue();
            assertThat(count.existing() - decision.delete())
                    .isEqualTo(count.desired() - count.staleJobs() + count.runningButUncounted());
        }
    }

    @Test
    void runnersAreDeletedWhoseJobsAreNotBelievedToExist() {
        RunnerCount count = new RunnerCount(12, 17, 17, 8, 0, 0, 0, 0, 0, 5, NO_LIMIT);
        assertThat(count.decide()).isEqualTo(new Decision(0, 1, Reason.SURPLUS, false));
        RunnerCount more = new RunnerCount(14, 18, 17, 7, 0, 0, 0, 0, 0, 5, NO_LIMIT);
        assertThat(more.decide()).isEqualTo(new Decision(2, 0, Reason.REQUESTED, false));
    }

    @Property
    void runnersAreCreatedOrDeletedButNotBoth(@ForAll("counts") RunnerCount count) {
        Decision decision = count.decide();
        assertThat(decision.create()).isBetween(0, count.creationLimit());
        assertThat(decision.delete()).isBetween(0, count.existing());
        assertThat(Math.min(decision.create(), decision.delete())).isZero();
    }

    @Property
    void theSameInputsHaveTheSameResult(@ForAll("counts") RunnerCount count) {
        RunnerCount same = change(
                count,
                count.existing(),
                count.fulfilledPatchId(),
                count.replacementsDue(),
                count.staleJobs(),
                count.creationLimit());
        assertThat(same.decide()).isEqualTo(count.decide());
    }

    @Property
    void whatWasDecidedIsDoneOnce(@ForAll("counts") RunnerCount count) {
        Decision next = after(count, count.decide().create()).decide();
        assertThat(next.create()).isZero();
        assertThat(next.delete()).isZero();
    }

    /** Otherwise a runner that ends later would be replaced for one that was deleted long ago. */
    @Property
    void noReplacementStaysDueOnceNoRunnerIsMissing(@ForAll("counts") RunnerCount count) {
        int created = count.decide().create();
        int stillDue = after(count, created).replacementsDue();
        assertThat(stillDue).isEqualTo(created < count.missing() ? Math.max(0, count.replacementsDue() - created) : 0);
    }

    @Property
    void whatOnePassCannotCreateTheNextOnesDo(@ForAll("counts") RunnerCount count) {
        int create = count.decide().create();
        if (create > 1 && create <= 20) {
            int inTwoPasses = 1 + after(count, 1).decide().create();
            assertThat(inTwoPasses).isEqualTo(create);
        }
    }

    @Property
    void aGreaterDesiredNumberNeverCreatesFewerNorDeletesMore(@ForAll("counts") RunnerCount count) {
        if (count.desired() < NO_LIMIT) {
            Decision decision = count.decide();
            Decision more = new RunnerCount(
                            count.desired() + 1,
                            count.patchId(),
                            count.fulfilledPatchId(),
                            count.existing(),
                            count.inFormerSets(),
                            count.endedButCounted(),
                            count.runningButUncounted(),
                            count.departing(),
                            count.replacementsDue(),
                            count.staleJobs(),
                            count.creationLimit())
                    .decide();
            assertThat(more.create()).isGreaterThanOrEqualTo(decision.create());
            assertThat(more.delete()).isLessThanOrEqualTo(decision.delete());
        }
    }

    @Property
    void aFulfilledRequestCreatesNothingButReplacements(@ForAll("counts") RunnerCount count) {
        if (!count.isNewRequest()) {
            assertThat(count.decide().create()).isLessThanOrEqualTo(count.replacementsDue());
        }
    }
}
