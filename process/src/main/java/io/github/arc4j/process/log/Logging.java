package io.github.arc4j.process.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sets up slf4j's {@code java.util.logging} backend for a process. Fields in the {@link org.slf4j.MDC} (the ID of a
 * reconcile, its object) are added to each line; a virtual thread inherits them from the thread that starts it.
 *
 * <p>The debug level applies only to this project's own loggers; libraries log at info and above.
 */
public final class Logging {
    static final String OWN_LOGGERS = "io.github.arc4j";

    private static volatile @Nullable Handler lines;

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
        lines = new LineHandler(stream, new LogLine(style, format, constantFields));
        root.addHandler(lines);
        root.setLevel(level == LogLevel.DEBUG ? Level.INFO : level.jul());
        OwnLoggers.PARENT.setLevel(level.jul());
    }

    /** From now on, each line is written at once: during a shutdown, any of them may be the last one. */
    static void endDelay() {
        Handler current = lines;
        if (current != null) {
            current.close();
        }
    }

    /**
     * Keeps the parent of our loggers reachable: the JDK references it only weakly, and its level would be lost with
     * it.
     */
    private static final class OwnLoggers {
        private static final Logger PARENT = Logger.getLogger(OWN_LOGGERS);
    }

    /**
     * Writes whole lines. Those below warnings are written together with the next one of a higher level, but
     * after a few milliseconds at the latest: each write wakes up the program that reads the log, which costs more than
     * the line. If the process is killed, it loses those of these milliseconds.
     */
    private static final class LineHandler extends Handler implements Runnable {
        private static final long LONGEST_DELAY_MILLIS = 10;
        private static final int LARGEST_WRITE = 64 << 10;

        private final PrintStream stream;
        /** Guarded by this. */
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

        private boolean closed;

        LineHandler(PrintStream stream, LogLine line) {
            this.stream = stream;
            setFormatter(line);
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            try {
                // Bytes, because the stream would copy characters several times.
                byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
                add(line, record.getLevel().intValue() < Level.WARNING.intValue());
            } catch (RuntimeException e) {
                reportError(null, e, ErrorManager.FORMAT_FAILURE);
            }
        }

        private synchronized void add(byte[] line, boolean mayWait) {
            boolean first = pending.size() == 0;
            pending.writeBytes(line);
            if (!mayWait || closed || pending.size() > LARGEST_WRITE) {
                flush();
            } else if (first) {
                Thread.ofVirtual().inheritInheritableThreadLocals(false).start(this);
            }
        }

        /** Ends the delay of the pending lines. */
        @Override
        public void run() {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LONGEST_DELAY_MILLIS));
            flush();
        }

        @Override
        public synchronized void flush() {
            byte[] lines = pending.toByteArray();
            pending.reset();
            stream.write(lines, 0, lines.length);
            stream.flush();
        }

        /** Ends the delay of all lines; there may be more of them. */
        @Override
        public synchronized void close() {
            closed = true;
            flush();
        }
    }
}
