package io.github.arc4j.process.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sets up slf4j's {@code java.util.logging} backend for a process. Fields in the {@link org.slf4j.MDC} (the ID of a
 * reconcile, its object) are added to each line; a virtual thread inherits them from the thread that starts it.
 *
 * <p>The debug level applies only to this project's own loggers; libraries log at info and above.
 */
public final class Logging {
    static final String OWN_LOGGERS = "io.github.arc4j";

    private Logging() {}

    /**
     * Replaces all log handlers by one. Must be called first in {@code main}, before a class with a static logger is
     * loaded: otherwise, lines that shutdown hooks log may be lost.
     *
     * @param constantFields added to every line, in this order
     */
    public static void configure(LogStyle style, LogLevel level, LogFormat format, Map<String, String> constantFields) {
        if (System.getProperty("java.util.logging.manager") == null) {
            System.setProperty("java.util.logging.manager", ProcessLogManager.class.getName());
        }
        PrintStream stream = style == LogStyle.CONTROLLER ? System.err : System.out;
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler lines = new LineHandler(stream, new LogLine(style, format, constantFields));
        root.addHandler(lines);
        root.setLevel(level == LogLevel.DEBUG ? Level.INFO : level.jul());
        OwnLoggers.PARENT.setLevel(level.jul());
    }

    /**
     * Keeps the parent of our loggers reachable: the JDK references it only weakly, and its level would be lost with
     * it.
     */
    private static final class OwnLoggers {
        private static final Logger PARENT = Logger.getLogger(OWN_LOGGERS);
    }

    /** Writes whole lines and flushes each. */
    private static final class LineHandler extends Handler {
        private final PrintStream stream;

        LineHandler(PrintStream stream, LogLine line) {
            this.stream = stream;
            setFormatter(line);
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            try {
                byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
                // One write per line: the stream's lock keeps lines of different threads apart. Bytes, because the
                // stream would copy characters several times.
                stream.write(line, 0, line.length);
                stream.flush();
            } catch (RuntimeException e) {
                reportError(null, e, ErrorManager.FORMAT_FAILURE);
            }
        }

        @Override
        public void flush() {
            stream.flush();
        }

        @Override
        public void close() {
            stream.flush();
        }
    }
}
