package io.github.arc4j.bench.guard;

import java.io.IOException;
import java.lang.ref.Reference;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The start of a small JVM, with which starts of other processes are compared: how fast a machine starts processes depends
 * on more than its CPU.
 *
 * @param elapsed time until the process had ended, in seconds
 * @param cpu its CPU time in seconds
 */
public record JvmStart(double elapsed, double cpu) {
    /** Starts the small JVM. */
    public static JvmStart run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JvmStart.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String nanoseconds = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return new JvmStart((System.nanoTime() - start) / 1e9, Long.parseLong(nanoseconds) / 1e9);
    }

    /** The small program: uses some classes of the JDK, and prints its CPU time. */
    public static void main(String[] arguments) throws IOException {
        String text = IntStream.range(0, 100).mapToObj("line %03d"::formatted).collect(Collectors.joining(" "));
        if (Pattern.compile("line 05(\\d)").matcher(text).results().count() != 10) {
            throw new IllegalStateException(text);
        }
        // Stays open, because the CPU time of ended threads is not counted.
        HttpClient http = HttpClient.newHttpClient();
        try {
            System.out.println(cpuOfThreads());
        } finally {
            Reference.reachabilityFence(http);
        }
    }

    /** Nanoseconds; more precise than the CPU time of the process. */
    private static long cpuOfThreads() throws IOException {
        long sum = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String time = Files.readString(thread.resolve("schedstat"));
                sum += Long.parseLong(time.substring(0, time.indexOf(' ')));
            }
        }
        return sum;
    }
}
