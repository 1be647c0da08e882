package io.github.arc4j.bench.listeners;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The resident memory of a process by mapping, from {@code /proc/PID/smaps}. */
record MemoryMap(List<Mapping> mappings) {
    /**
     * A mapping.
     *
     * @param file name of the mapped file, empty for anonymous memory
     * @param clean unmodified bytes, which are shared between processes
     * @param written private bytes
     */
    private record Mapping(String file, long clean, long written) {}

    static MemoryMap of(long pid) throws IOException {
        return of(Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps")));
    }

    private static MemoryMap of(List<String> smaps) {
        List<Mapping> mappings = new ArrayList<>();
        String file = "";
        long resident = 0;
        for (String line : smaps) {
            String[] words = line.split(" +");
            switch (words[0]) {
                case "Rss:" -> resident = bytes(words);
                case "Anonymous:" -> mappings.add(new Mapping(file, resident - bytes(words), bytes(words)));
                default -> file = words[0].endsWith(":") ? file : words.length > 5 ? words[5] : "";
            }
        }
        return new MemoryMap(mappings);
    }

    private static long bytes(String[] words) {
        return Long.parseLong(words[1]) * 1024;
    }

    long clean(String suffix) {
        return mappings.stream()
                .filter(mapping -> mapping.file.endsWith(suffix))
                .mapToLong(Mapping::clean)
                .sum();
    }

    long written(String suffix) {
        return mappings.stream()
                .filter(mapping -> mapping.file.endsWith(suffix))
                .mapToLong(Mapping::written)
                .sum();
    }
}
