package io.github.arc4j.bench.guard;

import io.github.arc4j.bench.Benchmark;
import io.github.arc4j.bench.guard.Comparison.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** Compares costs with stored ones, and fails if one has increased beyond its limit. */
public final class GuardBenchmark implements Benchmark {
    private static final Path FILE = Path.of("bench/guard.json");
    private static final String SHORT = "--short";
    private static final String UPDATE = "--update";

    private final List<CostGroup> groups;
    private final Predicate<CostGroup> isPossible;

    /** @param isPossible whether a group can be measured in this environment */
    public GuardBenchmark(List<CostGroup> groups, Predicate<CostGroup> isPossible) {
        this.groups = groups;
        this.isPossible = isPossible;
    }

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public String description() {
        return "[%s] [%s] fails if a cost exceeds the stored one by more than its limit; the short form takes less than a minute; stores the measured costs instead"
                .formatted(SHORT, UPDATE);
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        if (!Set.of(SHORT, UPDATE).containsAll(arguments)) {
            throw new IllegalArgumentException("unknown arguments in " + arguments);
        }
        boolean isShort = arguments.contains(SHORT);
        StoredCosts stored = StoredCosts.read(FILE);
        if (arguments.contains(UPDATE)) {
            update(stored, new Guard(isShort));
            return;
        }
        List<Comparison> comparisons = compare(stored, isShort);
        System.out.print(table(comparisons));
        if (comparisons.stream().anyMatch(comparison -> comparison.verdict() == Verdict.REGRESSION)) {
            System.err.println(
                    "A cost has increased. If there is a good reason: hack/bench guard --update, and explain it"
                            + " in the commit.");
            System.exit(1);
        }
    }

    /** In the short form, groups that tolerate load are measured at the same time, before the others. */
    private List<Comparison> compare(StoredCosts stored, boolean isShort) throws Exception {
        List<Callable<List<Comparison>>> concurrent = new ArrayList<>();
        List<Callable<List<Comparison>>> others = new ArrayList<>();
        for (CostGroup group : possibleGroups()) {
            Map<String, StoredCost> costs = stored.of(group, isShort);
            if (!costs.isEmpty()) {
                (isShort && group.toleratesLoad() ? concurrent : others).add(() -> compare(group, costs, isShort));
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (Future<List<Comparison>> measured : threads.invokeAll(concurrent)) {
                comparisons.addAll(measured.get());
            }
        }
        for (Callable<List<Comparison>> group : others) {
            comparisons.addAll(group.call());
        }
        return comparisons;
    }

    private static List<Comparison> compare(CostGroup group, Map<String, StoredCost> costs, boolean isShort)
            throws Exception {
        long start = System.nanoTime();
        List<Comparison> comparisons = new Guard(isShort).compare(group, costs);
        System.out.printf("%s measured in %.0f s%n", group.name(), (System.nanoTime() - start) / 1e9);
        return comparisons;
    }

    private void update(StoredCosts stored, Guard guard) throws Exception {
        Map<String, Double> values = new TreeMap<>();
        for (CostGroup group : possibleGroups()) {
            values.putAll(guard.median(group));
        }
        values.forEach((name, value) -> System.out.printf(Locale.ROOT, "%-64s %10.3f%n", name, value));
        stored.with(values).write(FILE);
    }

    private List<CostGroup> possibleGroups() {
        List<CostGroup> possible = new ArrayList<>();
        for (CostGroup group : groups) {
            if (isPossible.test(group)) {
                possible.add(group);
            } else {
                System.out.printf(
                        "%s: not measured, because the image is missing; hack/image builds it%n", group.name());
            }
        }
        return possible;
    }

    /** The comparisons as a table. */
    static String table(List<Comparison> comparisons) {
        String format = "%-64s %10s %10s %10s %8s  %s%n";
        StringBuilder table =
                new StringBuilder(format.formatted("cost", "stored", "now", "difference", "limit", "verdict"));
        for (Comparison comparison : comparisons) {
            table.append(format.formatted(
                    comparison.name(),
                    number(comparison.stored().value()),
                    number(comparison.now()),
                    String.format(Locale.ROOT, "%+.1f %%", comparison.difference()),
                    String.format(Locale.ROOT, "%.0f %%", comparison.stored().limit()),
                    comparison.verdict().name().toLowerCase(Locale.ROOT)));
        }
        return table.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }
}
