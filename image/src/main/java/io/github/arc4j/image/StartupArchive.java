package io.github.arc4j.image;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An archive of loaded and linked classes that the JVM maps at start-up ({@code -XX:AOTCache}).
 *
 * <p>It is dumped from a class list rather than by a training run ({@code -XX:AOTCacheOutput}), because only a class
 * list produces the same bytes for the same input, as do all other files of the image. One thing still varies: archived
 * soft references contain the time of the dump. {@link #clearClock} removes it.
 */
final class StartupArchive {

    private static final Logger log = System.getLogger(StartupArchive.class.getName());
    /** Two dumps are usually equal, unless threads of the JVM interfered with each other. */
    private static final int ATTEMPTS = 4;

    /** Large enough to avoid a garbage collection, which could change the order of objects in the heap. */
    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-Xmn160m", "-XX:MetaspaceSize=256m");

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    /** The header, with checksums of four bytes each, ends before this offset. */
    private static final int HEADER_BYTES = 4096;

    private StartupArchive() {}

    /**
     * Creates the archive of a launcher.
     *
     * @param root directory with the layout of the image's root
     * @param runtime the linked runtime, with the {@code java} command
     * @param classList a file for {@code -XX:SharedClassListFile}
     */
    static void dump(Path root, Path runtime, Launcher launcher, Path classList)
            throws IOException, InterruptedException {
        Path archive = root.resolve(launcher.archive().orElseThrow());
        List<byte[]> dumps = new ArrayList<>();
        long start = clock();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            run(root, runtime, launcher, classList, archive);
            byte[] dump = Files.readAllBytes(archive);
            for (byte[] earlier : dumps) {
                if (clearClock(dump, earlier, start, clock())) {
                    Files.write(archive, dump);
                    return;
                }
            }
            dumps.add(dump);
        }
        log.log(Level.WARNING, "Not reproducible with this JDK: {0}", archive);
    }

    private static void run(Path root, Path runtime, Launcher launcher, Path classList, Path archive)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(runtime.resolve("bin/java").toString());
        command.addAll(launcher.optionsWithoutArchive());
        command.addAll(HEAP);
        command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr", "-Xshare:dump", "-XX:+AOTClassLinking"));
        command.add("-XX:SharedClassListFile=" + classList);
        command.add("-XX:SharedArchiveFile=" + archive);
        // The JVM compares the class path as a string, so it must be relative as in the image.
        command.addAll(List.of("-cp", String.join(":", launcher.classPath())));
        Process process =
                new ProcessBuilder(command).directory(root.toFile()).inheritIO().start();
        try {
            if (!process.waitFor(TIMEOUT) || process.exitValue() != 0) {
                throw new IOException("The JVM did not create the start-up archive of " + launcher.name());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The clock of soft references: monotonic, in milliseconds, shared by all processes of a machine. */
    private static long clock() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /**
     * Zeroes the differences between two dumps of the same classes: checksums in the header, which the JVM verifies
     * only with {@code -XX:+VerifySharedSpaces}, and the time stamps of soft references, which are meaningless on
     * another machine.
     *
     * @param dump modified in place
     * @param from time before the first dump
     * @param to time after the second dump
     * @return false if the dumps have any other difference; nothing is modified in that case
     */
    static boolean clearClock(byte[] dump, byte[] again, long from, long to) {
        if (dump.length != again.length) {
            return false;
        }
        ByteBuffer one = ByteBuffer.wrap(dump.clone()).order(ByteOrder.nativeOrder());
        ByteBuffer two = ByteBuffer.wrap(again).order(ByteOrder.nativeOrder());
        for (int at = 0; at < HEADER_BYTES; at += Integer.BYTES) {
            if (one.getInt(at) != two.getInt(at)) {
                one.putInt(at, 0);
            }
        }
        for (int at = HEADER_BYTES; at < dump.length; at += Long.BYTES) {
            if (one.getLong(at) != two.getLong(at)) {
                if (!isBetween(one.getLong(at), from, to) || !isBetween(two.getLong(at), from, to)) {
                    return false;
                }
                one.putLong(at, 0);
            }
        }
        one.get(0, dump);
        return true;
    }

    private static boolean isBetween(long time, long from, long to) {
        return from <= time && time <= to;
    }
}
