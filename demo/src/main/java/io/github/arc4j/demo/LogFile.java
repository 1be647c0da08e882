package io.github.arc4j.demo;

import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.process.log.Logging;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The log file of this process, which keeps the terminal free for the progress of jobs. */
final class LogFile {
    private LogFile() {}

    /** Redirects logging to a file, and returns its path. */
    static Path open() throws IOException {
        Path file = Path.of("target", "demo.log").toAbsolutePath();
        Files.createDirectories(file.getParent());
        PrintStream terminal = System.err;
        // Logging writes to the current standard error.
        System.setErr(
                new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8));
        Logging.configure(LogLevel.DEBUG, LogFormat.TEXT, Map.of());
        System.setErr(terminal);
        return file;
    }
}
