package io.github.arc4j.process.log;

/** Which log format of the Go system to match, so that existing pipelines and alerts of users keep working. */
public enum LogStyle {
    /**
     * Like zap in the Go controller: tab-separated text, or JSON with {@code severity}, {@code ts}, {@code message}; to
     * stderr.
     */
    CONTROLLER,
    /**
     * Like slog in the Go listener: {@code key=value} text, or JSON with {@code time}, {@code level}, {@code msg}; to
     * stdout.
     */
    LISTENER
}
