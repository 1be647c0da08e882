package io.github.arc4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of the image that runs on this machine and records the classes that it uses. */
final class RecordedProcess {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    /** Whether a process runs with its start-up archive. */
    enum Archive {
        WITHOUT,
        WITH
    }

    private final Process process;
    private final Path loaded;
    private final Path log;

    private RecordedProcess(Process process, Path loaded, Path log) {
        this.process = process;
        this.loaded = loaded;
        this.log = log;
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
            Archive archive,
            List<String> options,
            Map<String, String> environment,
            List<String> arguments)
            throws IOException {
        Path loaded = work.resolve(launcher.name() + ".loaded");
        Path log = work.resolve(launcher.name() + ".log");
        List<String> command = new ArrayList<>();
        command.add(root.resolve("app/runtime/bin/java").toString());
        if (archive == Archive.WITHOUT) {
            command.addAll(launcher.optionsWithoutArchive());
            command.addAll(List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + loaded));
            command.add("-Xlog:class+init=info:file=" + log + "::filecount=0");
        } else {
            command.addAll(launcher.javaOptions());
            command.add("-XX:AOTMode=on");
            command.add("-Xlog:class+load=info:file=" + log + "::filecount=0");
        }
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(":", launcher.classPath()), launcher.mainClass()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new RecordedProcess(builder.start(), loaded, log);
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

    /** The output of {@code -XX:DumpLoadedClassList}, available after a process without archive has exited. */
    List<String> loadedClasses() throws IOException {
        return Files.readAllLines(loaded);
    }

    /** The JVM's log of initialized classes without an archive, of loaded classes with one. */
    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }
}
