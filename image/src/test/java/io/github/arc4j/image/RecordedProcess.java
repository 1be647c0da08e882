package io.github.arc4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of the image that runs on this machine and records the classes that it loads. */
final class RecordedProcess {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final Process process;
    private final Path classes;

    private RecordedProcess(Process process, Path classes) {
        this.process = process;
        this.classes = classes;
    }

    /**
     * Starts a launcher's main class with the launcher's class path and options.
     *
     * @param root directory with the layout of the image's root
     * @param work directory for the files of this process
     */
    static RecordedProcess start(
            Path root,
            Path work,
            Launcher launcher,
            List<String> options,
            Map<String, String> environment,
            List<String> arguments)
            throws IOException {
        Path classes = work.resolve(launcher.name() + ".loaded");
        List<String> command = new ArrayList<>();
        command.add(root.resolve("app/runtime/bin/java").toString());
        command.addAll(launcher.optionsWithoutArchive());
        command.addAll(options);
        command.addAll(List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + classes));
        command.addAll(List.of("-cp", String.join(":", launcher.classPath()), launcher.mainClass()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new RecordedProcess(builder.start(), classes);
    }

    /** Waits without a timeout for the process to exit, and returns its exit code. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Terminates the process as a cluster would. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_TIMEOUT)) {
            process.destroyForcibly();
            throw new IllegalStateException("The process did not exit after SIGTERM");
        }
    }

    /** The classes that the JVM recorded, available after it has exited. */
    List<String> loadedClasses() throws IOException {
        return Files.readAllLines(classes);
    }
}
