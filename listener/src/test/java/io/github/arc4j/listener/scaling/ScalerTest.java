package io.github.arc4j.listener.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.scaling.Scaler.Decision;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalerTest {
    private static final int NO_MAXIMUM = Integer.MAX_VALUE;

    /** @param dirty whether the message had started or completed jobs */
    private static Decision next(Scaler scaler, int assigned, boolean dirty) {
        if (dirty) {
            scaler.jobsChanged();
        }
        Decision decision = decide(scaler, assigned);
        scaler.applied(decision);
        return decision;
    }

    private static Decision decide(Scaler scaler, int assigned) {
        scaler.nextPatchId();
        return scaler.decide(assigned);
    }

    /** The Go listener's patches for the life of one job, then the next two. */
    @Test
    void patchesAreThoseOfTheGoListener() {
        Scaler scaler = new Scaler(0, NO_MAXIMUM);
        assertThat(next(scaler, 0, false)).as("start").isEqualTo(new Decision(0, 0));
        assertThat(next(scaler, 0, false)).as("empty poll").isEqualTo(new Decision(0, 0));
        assertThat(next(scaler, 1, false)).as("one assigned").isEqualTo(new Decision(2, 1));
        assertThat(next(scaler, 1, true)).as("started").isEqualTo(new Decision(3, 1));
        assertThat(next(scaler, 1, false)).as("empty poll").isEqualTo(new Decision(4, 1));
        assertThat(next(scaler, 0, true)).as("completed").isEqualTo(new Decision(5, 0));
        assertThat(next(scaler, 0, false)).as("empty poll").isEqualTo(new Decision(0, 0));
        assertThat(next(scaler, 0, false)).as("empty poll").isEqualTo(new Decision(0, 0));
        assertThat(next(scaler, 2, false)).as("two assigned").isEqualTo(new Decision(8, 2));
    }

    @ParameterizedTest(name = "min {0}, max {1}, {2} then {3} assigned, dirty {4}: {5}, {6}")
    @CsvSource({
        // min, max, first, second, dirty, patch ID, replicas
        "0, 10, 0, 0, false, 0, 0",
        "0, 10, 0, 0, true,  1, 0",
        "0, 10, 0, 3, false, 1, 3",
        "0, 10, 3, 3, false, 1, 3",
        "0, 10, 3, 0, false, 1, 0",
        "2, 10, 0, 0, false, 0, 2",
        "2, 10, 0, 0, true,  1, 2",
        "2, 10, 1, 0, false, 1, 2",
        "2, 10, 0, 20, false, 1, 10",
        "2, 10, 20, 20, false, 1, 10",
        "5, 5,  0, 3, false, 0, 5",
        "5, 5,  3, 3, true,  1, 5",
        "0, 0,  3, 3, false, 0, 0",
        "5, 2147483647, 0, 2147483647, false, 1, 2147483647",
    })
    void theSecondPatch(int min, int max, int first, int second, boolean dirty, int patchId, int replicas) {
        Scaler scaler = new Scaler(min, max);
        assertThat(next(scaler, first, false).patchId()).isZero();
        assertThat(next(scaler, second, dirty)).isEqualTo(new Decision(patchId, replicas));
    }

    @Test
    void backAtTheMinimumIdleRunnersStayUntilTheNextCleanPatch() {
        Scaler scaler = new Scaler(1, 10);
        next(scaler, 4, false);
        assertThat(next(scaler, 0, false)).isEqualTo(new Decision(1, 1));
        assertThat(next(scaler, 0, false)).isEqualTo(new Decision(0, 1));
    }

    @Test
    void aPatchThatFailedIsNotRemembered() {
        Scaler scaler = new Scaler(0, 10);
        decide(scaler, 0);
        assertThat(decide(scaler, 0).patchId())
                .as("the first one that arrives is 0")
                .isZero();
        next(scaler, 0, false);
        scaler.jobsChanged();
        Decision failed = decide(scaler, 0);
        Decision repeated = decide(scaler, 0);
        assertThat(repeated.patchId()).as("still dirty, and a new id").isGreaterThan(failed.patchId());
    }

    record Call(int assigned, boolean dirty, boolean arrives) {}

    @Provide
    Arbitrary<List<Call>> calls() {
        Arbitrary<Call> call = Arbitraries.integers()
                .between(0, 8)
                .flatMap(assigned -> Arbitraries.of(true, false)
                        .flatMap(dirty ->
                                Arbitraries.of(true, true, false).map(arrives -> new Call(assigned, dirty, arrives))));
        return call.list().ofMaxSize(40);
    }

    @Property
    void holdsForAnyCourseOfEvents(
            @ForAll("calls") List<Call> calls,
            @ForAll @IntRange(max = 5) int min,
            @ForAll @IntRange(max = 5) int more) {
        int max = min + more;
        Scaler scaler = new Scaler(min, max);
        int highest = -1;
        boolean dirtySinceApplied = false;
        Decision applied = null;
        for (Call call : calls) {
            if (call.dirty()) {
                scaler.jobsChanged();
            }
            dirtySinceApplied |= call.dirty();
            Decision decision = decide(scaler, call.assigned());
            assertThat(decision.replicas()).isBetween(min, max).isEqualTo(Math.min(min + call.assigned(), max));
            if (applied == null) {
                assertThat(decision.patchId()).isZero();
            } else if (decision.patchId() == 0) {
                assertThat(dirtySinceApplied).isFalse();
                assertThat(decision.replicas()).isEqualTo(min).isEqualTo(applied.replicas());
            } else {
                assertThat(decision.patchId()).isGreaterThan(highest);
            }
            highest = Math.max(highest, decision.patchId());
            if (call.arrives()) {
                scaler.applied(decision);
                applied = decision;
                dirtySinceApplied = false;
            }
        }
    }
}
