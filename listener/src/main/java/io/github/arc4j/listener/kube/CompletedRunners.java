package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.messages.JobCompleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The runners whose jobs have completed recently. They are written with each desired number, so that the controller
 * knows which ended or ending runners the number does not include. Thread-safe.
 */
public final class CompletedRunners {
    /** Much longer than the controller needs to see a patch. */
    private static final Duration KEPT = Duration.ofSeconds(20);

    private static final int LIMIT = 1000;

    /**
     * Characters of all entries. Usually, 1000 entries have 110,000, but a server may send long names, and Kubernetes
     * rejects an object with annotations of more than 256 KiB.
     */
    private static final int MAX_LENGTH = 128 * 1024;

    /** GitHub's job IDs are UUIDs. Others are left out, because they may contain separators. */
    private static final Pattern JOB_ID = Pattern.compile("[-A-Za-z0-9]{0,64}");

    private final Timing timing;
    /** Name to the latest report, oldest first. */
    private final LinkedHashMap<String, Report> reports = new LinkedHashMap<>();

    private record Report(String entry, long nanoTime) {}

    CompletedRunners(Timing timing) {
        this.timing = timing;
    }

    synchronized void add(JobCompleted job) {
        if (reports.size() == LIMIT) {
            reports.remove(reports.firstEntry().getKey());
        }
        reports.putLast(job.runnerName(), new Report(entry(job), timing.nanoTime()));
    }

    private static String entry(JobCompleted job) {
        String jobId = job.job().jobId();
        return job.runnerName() + ":" + job.runnerId() + ":"
                + (JOB_ID.matcher(jobId).matches() ? jobId : "");
    }

    /** The value of the annotation; empty if no job has completed recently. */
    synchronized String annotation() {
        long now = timing.nanoTime();
        Iterator<Report> oldestFirst = reports.values().iterator();
        while (oldestFirst.hasNext() && now - oldestFirst.next().nanoTime() > KEPT.toNanos()) {
            oldestFirst.remove();
        }
        List<String> entries = new ArrayList<>();
        int length = 0;
        for (Report latestFirst : reports.sequencedValues().reversed()) {
            length += latestFirst.entry().length() + 1;
            if (length > MAX_LENGTH) {
                break;
            }
            entries.addFirst(latestFirst.entry());
        }
        return String.join(",", entries);
    }
}
