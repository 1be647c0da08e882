package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageGraphTest {
    @Test
    void findsPackagesInCyclesButNotTheirDependents() {
        PackageGraph graph = new PackageGraph(Map.of(
                "user", Set.of("a"),
                "a", Set.of("b"),
                "b", Set.of("c", "leaf"),
                "c", Set.of("a")));

        assertThat(graph.inCycles()).containsExactlyInAnyOrder("a", "b", "c");
    }
}
