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
 * Which packages use which. ArchUnit's own search for cycles overlooks some when there are several that have nothing to do with each other.
 */
record PackageGraph(Map<String, Set<String>> uses) {
    private static final String OURS = "io.github.arc4j.";

    /** @param unit what a package counts as */
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

    /** Those that use themselves by way of others. */
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
