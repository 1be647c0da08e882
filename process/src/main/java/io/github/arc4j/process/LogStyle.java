package io.github.arc4j.process;

/** Whose log lines ours look like, so that the pipelines and alerts that users have keep working. */
public enum LogStyle {
    /** As zap of the Go controller: tab-separated text, or JSON with {@code severity}, {@code ts}, {@code message}; to stderr. */
    CONTROLLER,
    /** As slog of the Go listener: {@code key=value} text, or JSON with {@code time}, {@code level}, {@code msg}; to stdout. */
    LISTENER
}
