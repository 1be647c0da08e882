package io.github.arc4j.bench.listeners;

import io.github.arc4j.listener.shared.SharedListenerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The measured process: that of the image if it was built, else of the benchmark's class path with the same options. */
final class SharedProcess implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("image/src/main/launchers/ghasharedlistener.cfg");
    private static final Path IMAGE = Path.of("image/target/root");
    private static final Path IMAGE_LAUNCHER = IMAGE.resolve("usr/lib/app/ghasharedlistener.cfg");
    private static final Path IMAGE_ARCHIVE = IMAGE.resolve("app/ghasharedlistener.aot");
    private static final String OPTION = "java-options=";
    private static final String CLASS_PATH = "app.classpath=";

    private final Process process;

    private SharedProcess(Process process) {
        this.process = process;
    }

    static boolean usesImage() {
        return Files.exists(IMAGE_ARCHIVE);
    }

    /** @param directory with the service account's files; gets the log */
    static SharedProcess start(Path directory, int apiPort) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(usesImage() ? imageCommand() : ownCommand())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        if (usesImage()) {
            builder.directory(IMAGE.toFile());
        }
        builder.environment()
                .putAll(Map.of(
                        "LISTENER_SHARD",
                        "0",
                        "LISTENER_NAMESPACE",
                        Surroundings.CONTROLLER_NAMESPACE,
                        "HOSTNAME",
                        "bench",
                        "KUBERNETES_SERVICE_HOST",
                        "127.0.0.1",
                        "KUBERNETES_SERVICE_PORT",
                        Integer.toString(apiPort),
                        "KUBERNETES_SERVICE_ACCOUNT_DIR",
                        directory.toString()));
        return new SharedProcess(builder.start());
    }

    private static List<String> imageCommand() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(IMAGE.resolve("app/runtime/bin/java").toAbsolutePath().toString());
        command.addAll(values(IMAGE_LAUNCHER, OPTION));
        command.addAll(List.of("-cp", String.join(":", values(IMAGE_LAUNCHER, CLASS_PATH))));
        command.add(SharedListenerMain.class.getName());
        return command;
    }

    private static List<String> ownCommand() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        values(LAUNCHER, OPTION).stream()
                .filter(option -> !option.startsWith("-XX:AOTCache="))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(SharedListenerMain.class.getName());
        return command;
    }

    private static List<String> values(Path file, String key) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .toList();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time so far, of all threads. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** A line of {@code /proc/.../status}: memory in bytes, or a count. */
    long status(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * (line.endsWith("kB") ? 1024 : 1))
                .findFirst()
                .orElseThrow();
    }

    /** Sends SIGTERM and waits for the end. */
    Duration stop() throws IOException, InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("the process does not end");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
