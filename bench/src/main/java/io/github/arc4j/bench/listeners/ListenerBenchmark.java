package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.Benchmark;
import io.github.arc4j.bench.ImageProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The resource usage of a listener process for one scale set. */
public final class ListenerBenchmark implements Benchmark {
    private static final int DEFAULT_SECONDS = 600;
    private static final int DEFAULT_JOBS = 1000;
    private static final Duration SETTLING = Duration.ofMinutes(2);
    private static final double MEBI = 1 << 20;

    @Override
    public String name() {
        return "listener";
    }

    @Override
    public String description() {
        return "a listener of one scale set: time until ready, memory when idle and after jobs: listener [SECONDS"
                + " [JOBS]]";
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        int seconds = arguments.isEmpty() ? DEFAULT_SECONDS : Integer.parseInt(arguments.getFirst());
        int jobs = arguments.size() < 2 ? DEFAULT_JOBS : Integer.parseInt(arguments.get(1));
        try (Surroundings surroundings = new Surroundings()) {
            var config = surroundings.add("set");
            try (ListenerProcess listener = ListenerProcess.start(surroundings, config)) {
                ImageProcess process = listener.process();
                System.out.printf(
                        "process %d, %s: ready after %.2f s, %.2f s of CPU time%n",
                        process.pid(),
                        ImageProcess.usesImage(ListenerProcess.LAUNCHER)
                                ? "runtime and archive of the image"
                                : "no start-up archive",
                        listener.untilReady().toNanos() / 1e9,
                        process.cpu().toNanos() / 1e9);
                Thread.sleep(Duration.ofSeconds(seconds));
                print("idle for " + seconds + " s", process);
                if (jobs > 0) {
                    surroundings.passJobs(config, jobs);
                    print("after " + jobs + " jobs", process);
                    Thread.sleep(SETTLING);
                    print("idle again for " + SETTLING.toSeconds() + " s", process);
                }
                System.out.printf(
                        "%.2f s of CPU time, exited after %.2f s%n",
                        process.cpu().toNanos() / 1e9, process.stop().toNanos() / 1e9);
            }
        }
    }

    private static void print(String when, ImageProcess process) throws IOException {
        MemoryMap memory = MemoryMap.of(process.pid());
        System.out.printf(
                "%s: RSS %.1f MiB (%.1f anonymous, %.1f files), peak %.1f, %d OS threads%n",
                when,
                process.status("VmRSS") / MEBI,
                process.status("RssAnon") / MEBI,
                process.status("RssFile") / MEBI,
                process.status("VmHWM") / MEBI,
                process.status("Threads"));
        System.out.printf(
                "  archive %.1f MiB clean, %.1f MiB modified; libjvm.so %.1f, %.1f%n",
                memory.clean(".aot") / MEBI,
                memory.written(".aot") / MEBI,
                memory.clean("libjvm.so") / MEBI,
                memory.written("libjvm.so") / MEBI);
    }
}
