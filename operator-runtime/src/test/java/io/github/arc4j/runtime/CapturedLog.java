package io.github.arc4j.runtime;

import io.github.arc4j.process.log.LogFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What a logger, and those below it, log until the end of a test. */
public final class CapturedLog extends Handler implements AutoCloseable {
    private static final String ALL = "io.github.arc4j";

    private final Logger logger;
    private final @Nullable Level levelBefore;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /**
     * @param fields of the line's thread; see {@link LogFields}
     * @param hasStackTrace whether an exception follows
     */
    public record Line(Level level, String message, Map<String, String> fields, boolean hasStackTrace) {
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /** As tests compare lines: level, kind and name of the object, message. */
        @Override
        public String toString() {
            return "%s %s %s: %s".formatted(level, field("kind"), field("name"), message);
        }
    }

    private CapturedLog(String logger, @Nullable Level level) {
        this.logger = Logger.getLogger(logger);
        this.levelBefore = this.logger.getLevel();
        if (level != null) {
            this.logger.setLevel(level);
        }
        this.logger.addHandler(this);
    }

    /** From INFO on, of one class. */
    public static CapturedLog of(Class<?> logger) {
        return new CapturedLog(logger.getName(), null);
    }

    /** From DEBUG on, of one class. */
    public static CapturedLog debugOf(Class<?> logger) {
        return new CapturedLog(logger.getName(), Level.FINE);
    }

    /** From INFO on, of a package and those in it. */
    public static CapturedLog of(Package loggers) {
        return new CapturedLog(loggers.getName(), null);
    }

    /** From INFO on, of the controller and its runtime. */
    public static CapturedLog ofAll() {
        return new CapturedLog(ALL, null);
    }

    /** From DEBUG on, of the controller and its runtime. */
    public static CapturedLog debugOfAll() {
        return new CapturedLog(ALL, Level.FINE);
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    public List<String> messages() {
        return lines.stream().map(Line::message).toList();
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(new Line(
                line.getLevel(),
                Objects.toString(line.getMessage(), ""),
                Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of()),
                line.getThrown() != null));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(levelBefore);
    }
}
