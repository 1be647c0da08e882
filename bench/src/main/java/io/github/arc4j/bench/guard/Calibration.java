package io.github.arc4j.bench.guard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Repeats a fixed amount of work while something else is measured. The work resembles that of the measured processes:
 * strings, maps and garbage. The CPU time that it takes shows how fast the machine is meanwhile, which depends on its
 * load, because processes share caches and cores.
 */
public final class Calibration implements AutoCloseable {
    private static final int ROUNDS = 20;
    private static final int ENTRIES = 2000;
    private static final int WARM_UP = 30;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Thread thread = new Thread(this::repeat, "calibration");
    private volatile boolean closed;
    private long nanoseconds;
    private int repetitions;

    private Calibration() {}

    /** Starts to repeat the work in the background. */
    public static Calibration start() {
        // The first runs are slower, because their code has not been compiled yet.
        for (int i = 0; i < WARM_UP; i++) {
            work();
        }
        Calibration calibration = new Calibration();
        calibration.thread.start();
        return calibration;
    }

    private void repeat() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try {
            while (!closed) {
                long before = threads.getCurrentThreadCpuTime();
                if (work() == 0) {
                    throw new IllegalStateException("there was no work");
                }
                nanoseconds += threads.getCurrentThreadCpuTime() - before;
                repetitions++;
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long work() {
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, byte[]> texts = new HashMap<>();
            for (int i = 0; i < ENTRIES; i++) {
                String key = "runner-" + (i * 7919 % ENTRIES);
                texts.put(key, ("{\"name\":\"" + key + "\",\"round\":" + round + "}").getBytes(StandardCharsets.UTF_8));
            }
            for (byte[] text : texts.values()) {
                sum += new String(text, StandardCharsets.UTF_8).indexOf("round") + text.length;
            }
        }
        return sum;
    }

    /** Ends the repetitions, and returns the average CPU time of one in seconds. */
    public double end() throws InterruptedException {
        closed = true;
        thread.join();
        return nanoseconds / 1e9 / repetitions;
    }

    @Override
    public void close() {
        closed = true;
    }
}
