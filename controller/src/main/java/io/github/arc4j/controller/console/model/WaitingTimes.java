package io.github.arc4j.controller.console.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Durations by minute for the last three hours. The number of stored values is bounded. Thread-safe. */
final class WaitingTimes {
    static final int MINUTES = 180;
    private static final int MINUTES_OF_SUMMARY = 60;
    /** Of more values, a random selection is kept. */
    private static final int MAX_VALUES = 500;

    /**
     * Percentiles by minute; minutes without values are missing.
     *
     * @param minutes since 1970
     * @param counts number of values
     * @param p50 medians in seconds
     * @param p95 95th percentiles in seconds
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Series(List<Long> minutes, List<Integer> counts, List<Double> p50, List<Double> p95) {}

    /** Percentiles in seconds; null without values. */
    record Summary(@Nullable Double p50, @Nullable Double p95) {
        static final Summary NONE = new Summary(null, null);
    }

    private static final class Minute {
        private float[] values = new float[4];
        private int count;

        void add(float value) {
            if (count < MAX_VALUES) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, Math.min(2 * count, MAX_VALUES));
                }
                values[count] = value;
            } else {
                int position = ThreadLocalRandom.current().nextInt(count + 1);
                if (position < MAX_VALUES) {
                    values[position] = value;
                }
            }
            count++;
        }

        float[] values() {
            return Arrays.copyOf(values, Math.min(count, values.length));
        }
    }

    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private int version;
    private Summary summary = Summary.NONE;
    private int summarized = -1;
    private long summarizedAt;

    /**
     * Adds a value, unless it is from the future; clocks may differ by a minute.
     *
     * @param end when it was complete
     */
    synchronized void add(Instant end, Duration duration, Instant now) {
        long minute = minute(end);
        if (minute > minute(now) - MINUTES && minute <= minute(now) + 1) {
            minutes.computeIfAbsent(minute, key -> new Minute()).add(Math.max(0, duration.toMillis()) / 1000f);
            version++;
        }
        minutes.headMap(minute(now) - MINUTES, true).clear();
    }

    /** Changes with each value. */
    synchronized int version() {
        return version;
    }

    synchronized Series series(Instant now) {
        List<Long> times = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        List<Double> p50 = new ArrayList<>();
        List<Double> p95 = new ArrayList<>();
        minutes.tailMap(minute(now) - MINUTES, false).forEach((minute, values) -> {
            float[] sorted = values.values();
            Arrays.sort(sorted);
            times.add(minute);
            counts.add(values.count);
            p50.add(percentile(sorted, 50));
            p95.add(percentile(sorted, 95));
        });
        return new Series(times, counts, p50, p95);
    }

    /** The percentiles of the last hour. */
    synchronized Summary lastHour(Instant now) {
        if (summarized != version || summarizedAt != minute(now)) {
            summarized = version;
            summarizedAt = minute(now);
            summary = summarize(now);
        }
        return summary;
    }

    private Summary summarize(Instant now) {
        List<float[]> parts = minutes.tailMap(minute(now) - MINUTES_OF_SUMMARY, false).values().stream()
                .map(Minute::values)
                .toList();
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int position = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
        }
        Arrays.sort(all);
        return all.length == 0 ? Summary.NONE : new Summary(percentile(all, 50), percentile(all, 95));
    }

    /** The nearest rank, to hundredths. */
    private static double percentile(float[] sorted, int percent) {
        int rank = (sorted.length * percent + 99) / 100;
        return Math.round(sorted[Math.max(1, rank) - 1] * 100) / 100.0;
    }

    private static long minute(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), 60);
    }
}
