package io.github.arc4j.e2e;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The dependencies between packages. ArchUnit's own search for cycles misses some if there are several unrelated ones.
 */
record PackageGraph(Map<String, Set<String>> uses) {
    private static final String OURS = "io.github.arc4j.";

    /** @param unit maps a package to the unit it belongs to */
    static PackageGraph of(JavaClasses classes, UnaryOperator<String> unit) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass user : classes) {
            for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                String used = dependency.getTargetClass().getPackageName();
                String from = unit.apply(user.getPackageName());
                String to = unit.apply(used);
                if (used.startsWith(OURS) && !from.equals(to)) {
                    uses.computeIfAbsent(from, none -> new TreeSet<>()).add(to);
                }
            }
        }
        return new PackageGraph(uses);
    }

    /** The units that depend on themselves through others. */
    List<String> inCycles() {
        return uses.keySet().stream()
                .filter(name -> reachableFrom(name).contains(name))
                .toList();
    }

    private Set<String> reachableFrom(String start) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(uses.getOrDefault(start, Set.of()));
        while (!next.isEmpty()) {
            String name = next.remove();
            if (reached.add(name)) {
                next.addAll(uses.getOrDefault(name, Set.of()));
            }
        }
        return reached;
    }
}
