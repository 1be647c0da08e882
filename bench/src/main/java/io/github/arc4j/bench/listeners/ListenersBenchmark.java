package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.Benchmark;
import io.github.arc4j.bench.ImageProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The resource usage of a process that hosts the listeners of many scale sets without jobs. */
public final class ListenersBenchmark implements Benchmark {
    private static final String LAUNCHER = "ghasharedlistener";
    private static final int DEFAULT_COUNT = 500;
    private static final int DEFAULT_SECONDS = 200;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    /** Time for the first polls and the cleanup after start-up. */
    private static final Duration SETTLING = Duration.ofSeconds(60);

    private static final double MEBI = 1 << 20;

    @Override
    public String name() {
        return "listeners";
    }

    @Override
    public String description() {
        return "memory and CPU of one process with N idle scale sets: listeners [N [SECONDS]]";
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        int count = arguments.isEmpty() ? DEFAULT_COUNT : Integer.parseInt(arguments.getFirst());
        int seconds = arguments.size() < 2 ? DEFAULT_SECONDS : Integer.parseInt(arguments.get(1));
        Path directory = Files.createTempDirectory("bench-listeners");
        try (Surroundings surroundings = new Surroundings()) {
            surroundings.addScaleSets(count);
            long start = System.nanoTime();
            try (ImageProcess process =
                    ImageProcess.start(LAUNCHER, surroundings.environment(), directory.resolve("log"), List.of())) {
                awaitSessions(process, surroundings, count, directory.resolve("log"));
                System.out.printf(
                        "%d scale sets, %s: all listening after %.1f s%n",
                        count,
                        ImageProcess.usesImage(LAUNCHER) ? "runtime and archive of the image" : "no start-up archive",
                        seconds(System.nanoTime() - start));
                Thread.sleep(SETTLING);
                measure(process, seconds);
                System.out.printf("  %d sessions listening afterwards%n", surroundings.sessions());
                Duration end = process.stop();
                System.out.printf(
                        "  exited after %.1f s, with %d sessions left%n",
                        seconds(end.toNanos()), surroundings.sessions());
            }
        }
    }

    private static void awaitSessions(ImageProcess process, Surroundings surroundings, int count, Path log)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (surroundings.sessions() < count) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "%d of %d scale sets have sessions; see %s".formatted(surroundings.sessions(), count, log));
            }
            Thread.sleep(50);
        }
    }

    private static void measure(ImageProcess process, int seconds) throws IOException, InterruptedException {
        Duration before = process.cpu();
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(seconds));
        double cpu = seconds(process.cpu().minus(before).toNanos()) / seconds(System.nanoTime() - start);
        System.out.printf("  CPU    %6.2f %% of a core, over %d s%n", cpu * 100, seconds);
        System.out.printf(
                "  RSS    %6.1f MiB (%.1f anonymous, %.1f files), peak %.1f%n",
                process.status("VmRSS") / MEBI,
                process.status("RssAnon") / MEBI,
                process.status("RssFile") / MEBI,
                process.status("VmHWM") / MEBI);
        System.out.printf("  %d OS threads%n", process.status("Threads"));
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
