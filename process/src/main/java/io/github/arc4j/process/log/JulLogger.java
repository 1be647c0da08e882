package io.github.arc4j.process.log;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.EventConstants;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Logs to the logger of the same name in {@code java.util.logging}, with the levels of {@code slf4j-jdk14}. */
final class JulLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient Logger logger;

    JulLogger(String name) {
        this.name = name;
        logger = Logger.getLogger(name);
    }

    @Override
    public boolean isTraceEnabled() {
        return logger.isLoggable(Level.FINEST);
    }

    @Override
    public boolean isDebugEnabled() {
        return logger.isLoggable(Level.FINE);
    }

    @Override
    public boolean isInfoEnabled() {
        return logger.isLoggable(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return logger.isLoggable(Level.WARNING);
    }

    @Override
    public boolean isErrorEnabled() {
        return logger.isLoggable(Level.SEVERE);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            org.slf4j.event.Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        LogRecord record = new LogRecord(jul(level), MessageFormatter.basicArrayFormat(pattern, arguments));
        record.setLoggerName(name);
        record.setThrown(thrown);
        // Otherwise, a formatter that asks for the caller would search the stack, and find this class.
        record.setSourceClassName(null);
        logger.log(record);
    }

    private static Level jul(org.slf4j.event.Level level) {
        return switch (level.toInt()) {
            case EventConstants.TRACE_INT -> Level.FINEST;
            case EventConstants.DEBUG_INT -> Level.FINE;
            case EventConstants.INFO_INT -> Level.INFO;
            case EventConstants.WARN_INT -> Level.WARNING;
            default -> Level.SEVERE;
        };
    }
}
