package io.github.arc4j.process.log;

import io.github.arc4j.actions.wire.JsonText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Formats one log record as a line: time, level, logger, message, then the process's constant fields, the fields of the
 * thread's {@link MDC}, and the exception. Only a stack trace in text format takes more than one line; untrusted text
 * never does ({@link LogText}).
 */
final class LogLine extends Formatter {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * Maximum length in characters of a message, of a field, and of each message in a stack trace: user-controlled
     * names and URLs may have any length.
     */
    private static final int LONGEST_TEXT = 8192;

    private final LogStyle style;
    private final LogFormat format;
    private final Map<String, String> constantFields;
    /** Of the last line: in a burst, many lines belong to the same second. */
    private volatile Second last = new Second(Instant.EPOCH);

    private record Second(Instant start, String text) {
        Second(Instant start) {
            this(start, SECONDS.format(start));
        }
    }

    LogLine(LogStyle style, LogFormat format, Map<String, String> constantFields) {
        this.style = style;
        this.format = format;
        this.constantFields = new LinkedHashMap<>(constantFields);
        this.constantFields.replaceAll((name, value) -> LogText.cut(value, LONGEST_TEXT));
    }

    @Override
    public String format(LogRecord record) {
        Map<String, String> fields = fields(record);
        if (format == LogFormat.JSON) {
            return json(record, fields);
        }
        String line = style == LogStyle.CONTROLLER ? consoleLine(record, fields) : slogLine(record, fields);
        Throwable thrown = record.getThrown();
        return thrown == null ? line : line + stackTrace(thrown);
    }

    private Map<String, String> fields(LogRecord record) {
        Map<String, String> fields = new LinkedHashMap<>(constantFields);
        Map<String, String> context = MDC.getCopyOfContextMap();
        if (context != null) {
            // in the same order in each line
            for (Map.Entry<String, String> field : new TreeMap<>(context).entrySet()) {
                fields.put(field.getKey(), LogText.cut(field.getValue(), LONGEST_TEXT));
            }
        }
        if (record.getThrown() != null) {
            fields.put("error", LogText.cut(record.getThrown().toString(), LONGEST_TEXT));
        }
        return fields;
    }

    private String seconds(LogRecord record) {
        Instant start = record.getInstant().truncatedTo(ChronoUnit.SECONDS);
        Second second = last;
        if (!second.start().equals(start)) {
            second = new Second(start);
            last = second;
        }
        return second.text();
    }

    private String consoleLine(LogRecord record, Map<String, String> fields) {
        StringBuilder line = new StringBuilder(400)
                .append(seconds(record))
                .append('\t')
                .append(level(record))
                .append('\t')
                .append(logger(record))
                .append('\t')
                .append(LogText.visible(message(record)));
        String separator = "\t{";
        for (Map.Entry<String, String> field : fields.entrySet()) {
            line.append(separator);
            appendJson(line, field.getKey());
            line.append(':');
            appendJson(line, field.getValue());
            separator = ",";
        }
        return line.append(fields.isEmpty() ? "\n" : "}\n").toString();
    }

    /** Appends a JSON string, without a generator if nothing in it is escaped, as in nearly all fields. */
    private static void appendJson(StringBuilder line, String text) {
        if (LogText.isPlain(text) && text.indexOf('"') < 0 && text.indexOf('\\') < 0) {
            line.append('"').append(text).append('"');
        } else {
            line.append(json(out -> out.writeString(text)));
        }
    }

    private String slogLine(LogRecord record, Map<String, String> fields) {
        StringBuilder line = new StringBuilder(160)
                .append("time=")
                .append(MILLIS.format(record.getInstant()))
                .append(" level=")
                .append(level(record))
                .append(" logger=")
                .append(logger(record))
                .append(" msg=")
                .append(quoted(message(record)));
        fields.forEach((key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
        return line.append('\n').toString();
    }

    private String json(LogRecord record, Map<String, String> fields) {
        boolean zap = style == LogStyle.CONTROLLER;
        String level = level(record);
        return json(out -> {
                    out.writeStartObject();
                    if (zap) {
                        out.writeStringField("severity", level.toLowerCase(Locale.ROOT));
                        out.writeStringField("ts", seconds(record));
                    } else {
                        out.writeStringField("time", MILLIS.format(record.getInstant()));
                        out.writeStringField("level", level);
                    }
                    out.writeStringField("logger", logger(record));
                    out.writeStringField(zap ? "message" : "msg", message(record));
                    for (Map.Entry<String, String> field : fields.entrySet()) {
                        out.writeStringField(field.getKey(), field.getValue());
                    }
                    if (record.getThrown() != null) {
                        out.writeStringField("stacktrace", stackTrace(record.getThrown()));
                    }
                    out.writeEndObject();
                })
                + '\n';
    }

    private static String json(JsonText.Content content) {
        return LogText.visible(JsonText.write(content));
    }

    /** Inserts the parameters, which the JDK's own classes use. */
    private String message(LogRecord record) {
        return LogText.cut(Objects.toString(formatMessage(record), ""), LONGEST_TEXT);
    }

    private static String level(LogRecord record) {
        int value = record.getLevel().intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /** The simple class name of our own loggers, the full name of others. */
    private static String logger(LogRecord record) {
        @Nullable String name = record.getLoggerName();
        if (name == null) {
            return "";
        }
        return name.startsWith(Logging.OWN_LOGGERS + '.') ? name.substring(name.lastIndexOf('.') + 1) : name;
    }

    private static String quoted(String value) {
        boolean plain = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=');
        return plain ? value : json(out -> out.writeString(value));
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        LogText.printable(thrown, LONGEST_TEXT).printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
