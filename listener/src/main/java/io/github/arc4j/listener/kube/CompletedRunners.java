package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.api.CompletedRunner;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The runners whose jobs have completed recently. They are written with each desired number, so that the controller
 * knows which ended or ending runners the number does not include. Thread-safe.
 */
public final class CompletedRunners {
    /** Much longer than the controller needs to see a patch. */
    private static final Duration KEPT = Duration.ofSeconds(20);
    /** An entry has about 110 characters, and annotations have room for 256 KiB. */
    private static final int LIMIT = 1000;

    private final Timing timing;
    /** Name to the latest report, oldest first. */
    private final LinkedHashMap<String, Report> reports = new LinkedHashMap<>();

    private record Report(CompletedRunner runner, long nanoTime) {}

    CompletedRunners(Timing timing) {
        this.timing = timing;
    }

    synchronized void add(CompletedRunner runner) {
        if (reports.size() == LIMIT) {
            reports.remove(reports.firstEntry().getKey());
        }
        reports.putLast(runner.name(), new Report(runner, timing.nanoTime()));
    }

    /** The value of the annotation; empty if no job has completed recently. */
    synchronized String annotation() {
        long now = timing.nanoTime();
        Iterator<Report> oldestFirst = reports.values().iterator();
        while (oldestFirst.hasNext() && now - oldestFirst.next().nanoTime() > KEPT.toNanos()) {
            oldestFirst.remove();
        }
        return CompletedRunner.format(
                reports.values().stream().map(Report::runner).toList());
    }
}
