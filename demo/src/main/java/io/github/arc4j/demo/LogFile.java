package io.github.arc4j.demo;

import io.github.arc4j.process.LogFormat;
import io.github.arc4j.process.LogLevel;
import io.github.arc4j.process.Logging;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where this process logs, so that the terminal is free for the account. */
final class LogFile {
    private LogFile() {}

    /** Has everything logged to a file from now on; answers its path. */
    static Path open() throws IOException {
        Path file = Path.of("target", "demo.log").toAbsolutePath();
        Files.createDirectories(file.getParent());
        PrintStream terminal = System.err;
        // Logging writes to what standard error is at this moment.
        System.setErr(
                new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8));
        Logging.configure(LogLevel.DEBUG, LogFormat.TEXT, Map.of());
        System.setErr(terminal);
        return file;
    }
}
