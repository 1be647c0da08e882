package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.Faults;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All kinds of faults together, reproducible with the same seed. */
class BadWorldTest {
    private static final int CALLS = 3_000;

    private static List<Fault> faultsOfPolls(long seed) {
        Faults faults = new Faults();
        faults.badWorld(seed);
        return IntStream.range(0, CALLS)
                .mapToObj(call -> faults.hit("GET", "/tenant/x/messages"))
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void sameSeedProducesTheSameFaults() {
        assertThat(faultsOfPolls(1))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("headers")
                .isEqualTo(faultsOfPolls(1));
        assertThat(faultsOfPolls(2))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("headers")
                .isNotEqualTo(faultsOfPolls(1));
    }

    @Test
    void oneCallInTenMeetsAShortFaultOfAnyKind() {
        List<Fault> faults = faultsOfPolls(3);
        assertThat(faults.size()).isBetween(CALLS / 13, CALLS / 8);
        assertThat(faults.stream().map(Fault::action).collect(Collectors.toSet()))
                // A listener that got stale statistics keeps them until the next message, however short the fault is.
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Fault.Action.ADD_ASSIGNED_JOBS)));
        assertThat(faults.stream()
                        .map(fault -> fault.headers().get("Retry-After"))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet()))
                .contains("0", "1", "soon", "-86400", "Wed, 21 Oct 2015 07:28:00 GMT")
                .hasSizeGreaterThan(5);
        assertThat(faults)
                .filteredOn(
                        fault -> Set.of(Fault.Action.HANG, Fault.Action.STALL, Fault.Action.DELAY, Fault.Action.DRIP)
                                .contains(fault.action()))
                .allSatisfy(fault -> assertThat(fault.delay()).isLessThan(Duration.ofSeconds(1)));
    }

    @Test
    void addsElementsOnlyToPolls() {
        Faults faults = new Faults();
        faults.badWorld(4);
        assertThat(IntStream.range(0, CALLS)
                        .mapToObj(call -> faults.hit("POST", "/tenant/x/sessions"))
                        .flatMap(Optional::stream))
                .isNotEmpty()
                .noneMatch(fault -> fault.action() == Fault.Action.ADD_ELEMENTS);
    }

    @Test
    void clearEndsAllFaults() {
        try (GitHubSimulator simulator =
                GitHubSimulator.start(SimulatorOptions.builder().badWorld(1).build())) {
            Faults faults = simulator.faults();
            IntStream.range(0, CALLS).forEach(call -> faults.hit("GET", "/"));
            assertThat(faults.hits()).isPositive();
            faults.clear();
            long hits = faults.hits();
            IntStream.range(0, CALLS).forEach(call -> faults.hit("GET", "/"));
            assertThat(faults.hits()).isEqualTo(hits);
        }
    }

    @Test
    void seedsCoverAllCombinationsOfOptions() {
        assertThat(IntStream.range(0, 50)
                        .mapToObj(seed ->
                                SimulatorOptions.builder().badWorld(seed).build())
                        .map(options -> List.of(options.redeliver(), options.refreshStatistics()))
                        .distinct())
                .hasSize(4);
    }
}
