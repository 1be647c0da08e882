package io.github.arc4j.demo.account;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The durations of the steps: median, 99th percentile and maximum over all jobs. */
public final class LatencyTable {
    private LatencyTable() {}

    private record Row(String title, Step from, Step to) {}

    private static final List<Row> ROWS = List.of(
            new Row("queued -> assigned", Step.QUEUED, Step.ASSIGNED),
            new Row("assigned -> runner started", Step.ASSIGNED, Step.RUNNER_STARTED),
            new Row("runner started -> job started", Step.RUNNER_STARTED, Step.STARTED),
            new Row("job started -> completed", Step.STARTED, Step.COMPLETED),
            new Row("completed -> runner removed", Step.COMPLETED, Step.REMOVED),
            new Row("queued -> job started", Step.QUEUED, Step.STARTED));

    /** The table with a header line; times in seconds. */
    public static String of(JobAccount account) {
        String titles = "  %-30s %8s %8s %8s".formatted("seconds", "p50", "p99", "max");
        return Stream.concat(Stream.of(titles), ROWS.stream().map(row -> line(row, account.times(row.from, row.to))))
                .collect(Collectors.joining("\n"));
    }

    private static String line(Row row, List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return "  %-30s %8s %8s %8s"
                .formatted(row.title, seconds(sorted, 0.5), seconds(sorted, 0.99), seconds(sorted, 1));
    }

    /** The percentile: the smallest duration that the given share of all durations does not exceed. */
    static String seconds(List<Duration> sorted, double share) {
        if (sorted.isEmpty()) {
            return "-";
        }
        int rank = (int) Math.ceil(share * sorted.size());
        return String.format(
                Locale.ROOT, "%.3f", sorted.get(Math.max(rank, 1) - 1).toMillis() / 1000.0);
    }
}
