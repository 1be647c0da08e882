package io.github.arc4j.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A measured process: the image's process if the image was built, else a process with the benchmark's class path and the
 * same options.
 */
public final class ImageProcess implements AutoCloseable {
    private static final Path IMAGE = Path.of("image/target/root");
    private static final Path IMAGE_LAUNCHERS = IMAGE.resolve("usr/lib/app");

    private final Process process;

    private ImageProcess(Process process) {
        this.process = process;
    }

    /** Whether the image was built. */
    public static boolean imageExists() {
        return Files.exists(IMAGE.resolve("app/runtime/bin/java"));
    }

    /** Whether a launcher's process is started from the image. */
    public static boolean usesImage(String launcher) {
        return Files.exists(IMAGE.resolve("app").resolve(launcher + ".aot"));
    }

    /**
     * Starts a launcher's process.
     *
     * @param log file for the output
     */
    public static ImageProcess start(String launcher, Map<String, String> environment, Path log, List<String> arguments)
            throws IOException {
        if (!usesImage(launcher)) {
            return startOnJdk(launcher, environment, log, List.of(), arguments);
        }
        List<String> command = imageCommand(launcher);
        command.addAll(arguments);
        return start(new ProcessBuilder(command).directory(IMAGE.toFile()), environment, log);
    }

    /**
     * Starts a launcher's process on the benchmark's JDK and class path, even if the image was built. It has the JVM
     * options of the image, without the start-up archive.
     *
     * @param jvm further JVM options
     */
    public static ImageProcess startOnJdk(
            String launcher, Map<String, String> environment, Path log, List<String> jvm, List<String> arguments)
            throws IOException {
        Launcher launch = Launcher.ofSources(launcher);
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(launch.optionsWithoutArchive());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), launch.mainClass()));
        command.addAll(arguments);
        return start(new ProcessBuilder(command), environment, log);
    }

    private static ImageProcess start(ProcessBuilder builder, Map<String, String> environment, Path log)
            throws IOException {
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
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

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time of all threads so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The value of a line of {@code /proc/.../status}: memory in bytes, or a count. */
    public long status(String key) throws IOException {
        return number(proc("status"), key);
    }

    private static long number(Path file, String key) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * (line.endsWith("kB") ? 1024 : 1))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a diagnostic command in the process and returns its output. */
    public String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd", Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd failed: " + output);
        }
        return output;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    /** Sends SIGTERM and waits until the process exits; returns how long that took. */
    public Duration stop() throws IOException, InterruptedException {
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
