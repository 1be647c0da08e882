package io.github.arc4j.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.bench.guard.Comparison.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {
    private static final String COST = "fake: cost";

    private static StoredCost stored(double value, double limit) {
        return new StoredCost(value, 1, limit, true);
    }

    /** A group whose measurements have these results, one after the other. */
    private record Fake(Deque<Double> results) implements CostGroup {
        static Fake of(Double... results) {
            return new Fake(new ArrayDeque<>(List.of(results)));
        }

        @Override
        public String name() {
            return "fake:";
        }

        @Override
        public boolean needsImage() {
            return false;
        }

        @Override
        public boolean toleratesLoad() {
            return true;
        }

        @Override
        public Map<String, Double> measure(boolean isShort) {
            return Map.of(COST, results.remove());
        }
    }

    private static Comparison compare(Fake group) throws Exception {
        return new Guard(true).compare(group, Map.of(COST, stored(100, 10))).getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "115, REGRESSION",
        "110.1, REGRESSION",
        "110, OK",
        "105, OK",
        "100, OK",
        "95, OK",
        "90, OK",
        "85, BETTER"
    })
    void anIncreaseBeyondTheLimitIsARegression(double now, Verdict verdict) {
        assertThat(new Comparison(COST, stored(100, 10), now).verdict()).isEqualTo(verdict);
    }

    @Test
    void aWiderLimitCanBeStored() {
        assertThat(new Comparison(COST, stored(100, 20), 115).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void aRegressionIsMeasuredAgainAndEachTimeTooHigh() throws Exception {
        Fake group = Fake.of(115.0, 120.0, 116.0, 130.0, 118.0, 117.0);

        assertThat(compare(group)).isEqualTo(new Comparison(COST, stored(100, 10), 115));
        assertThat(group.results()).isEmpty();
    }

    @Test
    void aDisturbanceOfSomeMeasurementsIsNoRegression() throws Exception {
        Fake group = Fake.of(115.0, 116.0, 120.0, 118.0, 104.0, 130.0);

        assertThat(compare(group).verdict()).isEqualTo(Verdict.OK);
        assertThat(group.results()).hasSize(1);
    }

    @Test
    void aStoredCostThatIsNotMeasuredIsAnError() {
        assertThatThrownBy(() -> new Guard(true).compare(Fake.of(1.0), Map.of("fake: other", stored(1, 10))))
                .hasMessageContaining("fake: other");
    }

    @Test
    void theShortFormComparesOnlyItsCosts() {
        StoredCosts costs = new StoredCosts(Map.of(
                COST, stored(1, 10), "fake: slow", new StoredCost(1, 1, 10, false), "others: cost", stored(1, 1)));

        assertThat(costs.of(Fake.of(), true)).containsOnlyKeys(COST);
        assertThat(costs.of(Fake.of(), false)).containsOnlyKeys(COST, "fake: slow");
    }

    @Test
    void anUpdateKeepsTheLimits(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("costs.json");
        new StoredCosts(Map.of(COST, stored(100, 20)))
                .with(Map.of(COST, 1234.567, "fake: unknown", 1.0))
                .write(file);

        assertThat(StoredCosts.read(file).costs()).isEqualTo(Map.of(COST, stored(1230, 20)));
        assertThat(Files.readString(file)).endsWith("}\n");
    }

    @Test
    void theTableShowsBothValues() {
        assertThat(GuardBenchmark.table(List.of(new Comparison(COST, stored(100, 10), 115))))
                .containsPattern("fake: cost +100.0 +115.0 +\\+15.0 % +10 % +regression");
    }
}
