package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The measured process: the image's process if the image was built, else a process with the benchmark's class path and
 * the same options.
 */
final class ImageProcess implements AutoCloseable {
    private static final Path IMAGE = Path.of("image/target/root");
    private static final Path IMAGE_LAUNCHERS = IMAGE.resolve("usr/lib/app");

    private final Process process;

    private ImageProcess(Process process) {
        this.process = process;
    }

    static boolean usesImage(String launcher) {
        return Files.exists(IMAGE.resolve("app").resolve(launcher + ".aot"));
    }

    /**
     * Starts a launcher's process.
     *
     * @param log file for the output
     */
    static ImageProcess start(String launcher, Map<String, String> environment, Path log) throws IOException {
        boolean image = usesImage(launcher);
        ProcessBuilder builder = new ProcessBuilder(image ? imageCommand(launcher) : ownCommand(launcher))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        if (image) {
            builder.directory(IMAGE.toFile());
        }
        builder.environment().putAll(environment);
        return new ImageProcess(builder.start());
    }

    private static List<String> imageCommand(String launcher) throws IOException {
        Launcher launch = Launcher.read(IMAGE_LAUNCHERS.resolve(launcher + ".cfg"));
        List<String> command = new ArrayList<>();
        command.add(IMAGE.resolve("app/runtime/bin/java").toAbsolutePath().toString());
        command.addAll(launch.options());
        command.addAll(List.of("-cp", String.join(":", launch.classPath())));
        command.add(launch.mainClass());
        return command;
    }

    private static List<String> ownCommand(String launcher) throws IOException {
        Launcher launch = Launcher.ofSources(launcher);
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(launch.optionsWithoutArchive());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(launch.mainClass());
        return command;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time of all threads so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The value of a line of {@code /proc/.../status}: memory in bytes, or a count. */
    long status(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * (line.endsWith("kB") ? 1024 : 1))
                .findFirst()
                .orElseThrow();
    }

    /** Memory mappings of the process. */
    MemoryMap memory() throws IOException {
        return MemoryMap.of(Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "smaps")));
    }

    /** Sends SIGTERM and waits until the process exits; returns how long that took. */
    Duration stop() throws IOException, InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("the process does not exit");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
