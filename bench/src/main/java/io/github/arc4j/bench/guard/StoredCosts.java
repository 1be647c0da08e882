package io.github.arc4j.bench.guard;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The file with the stored costs by name. */
record StoredCosts(Map<String, StoredCost> costs) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double SIGNIFICANT = 1000;

    static StoredCosts read(Path file) throws IOException {
        return new StoredCosts(JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, StoredCost>>() {}));
    }

    /** The costs of a group; in the short form, only those that it compares. */
    Map<String, StoredCost> of(CostGroup group, boolean isShort) {
        return costs.entrySet().stream()
                .filter(cost -> cost.getKey().startsWith(group.name() + " "))
                .filter(cost -> !isShort || cost.getValue().inShortForm())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    /** These costs with newly measured values, rounded to about three digits. */
    StoredCosts with(Map<String, Double> values) {
        Map<String, StoredCost> updated = new TreeMap<>(costs);
        values.forEach((name, value) -> updated.computeIfPresent(name, (same, old) -> old.withValue(rounded(value))));
        return new StoredCosts(updated);
    }

    private static double rounded(double value) {
        double scale = SIGNIFICANT / Math.pow(10, Math.ceil(Math.log10(Math.max(value, 1e-9))));
        return Math.round(value * scale) / scale;
    }

    void write(Path file) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        Files.writeString(file, JSON.writer(printer).writeValueAsString(costs) + "\n");
    }
}
