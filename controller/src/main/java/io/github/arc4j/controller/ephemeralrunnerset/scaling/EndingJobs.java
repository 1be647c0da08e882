package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runners.CompletedRunner;
import io.github.arc4j.runtime.cache.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a set that are ending. The desired number includes the jobs that GitHub considers unfinished; the
 * listener writes it together with the names of the runners whose jobs it no longer includes. The end of a runner and
 * the listener's report arrive in any order, and between the two the runner has to be taken into account.
 *
 * <p>Thread-safe. Kept in memory: after a restart, a few idle runners may be created that are not needed.
 */
final class EndingJobs {
    /** The listener reports the end of a job on record in any case, but maybe late. */
    private static final Duration REPORT_TIMEOUT_OF_JOB = Duration.ofMinutes(1);

    /** A runner without a job on record had one that ended before the listener could report it, or none. */
    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(10);

    /** The Go listener does not report the ends of jobs. */
    private static final Duration REPORT_TIMEOUT_WITHOUT_REPORTS = Duration.ofSeconds(2);

    /**
     * What to take into account with the current desired number.
     *
     * @param endedButCounted runners that have ended, but whose jobs the number still includes
     * @param runningButUncounted runners that have not ended yet, but whose jobs the number no longer includes
     * @param nextTimeout when the next of the former no longer counts even if it is not reported; null if there is none
     */
    record Counts(
            int endedButCounted,
            int runningButUncounted,
            @Nullable Duration nextTimeout) {}

    /** How many reports between two passes are remembered. The listener repeats each for at least 20 seconds. */
    private static final int MAX_REPORTED = 5000;

    private record End(Instant at, boolean hadJob) {}

    private String annotation = "";
    /** The latest report of each name. */
    private Map<String, CompletedRunner> reported = Map.of();
    /**
     * The reports since the latest pass, oldest first, with the version of the set: a pass may take longer than the
     * listener repeats a report.
     */
    private final Map<CompletedRunner, String> reportedSincePass = new LinkedHashMap<>();

    private final Map<String, End> endedButCounted = new HashMap<>();
    private final Set<String> runningButUncounted = new HashSet<>();

    /** Records another version of the set, which may be newer than the one that the current pass works with. */
    synchronized void setChanged(EphemeralRunnerSet set) {
        for (CompletedRunner completed : CompletedRunner.parse(CompletedRunner.annotation(set))) {
            if (!isKnown(completed) && reportedSincePass.size() < MAX_REPORTED) {
                reportedSincePass.putIfAbsent(completed, version(set));
            }
        }
    }

    /**
     * Records that a runner has ended. A report of its name counts as one of its job: the status of a runner that has
     * just registered again lags behind.
     *
     * @param hadJob whether a job of the runner is on record
     * @param hasSucceeded whether its pod succeeded, usually after a job
     */
    synchronized void runnerEnded(String name, boolean hadJob, boolean hasSucceeded, Instant now) {
        boolean isUncounted = runningButUncounted.remove(name);
        if (!isUncounted && !reported.containsKey(name) && (hadJob || hasSucceeded)) {
            endedButCounted.put(name, new End(now, hadJob));
        }
    }

    /**
     * Counts for the desired number that {@code set} has.
     *
     * @param runners finds a runner of the set that is not being deleted
     */
    synchronized Counts count(
            EphemeralRunnerSet set, Function<String, @Nullable EphemeralRunner> runners, Instant now) {
        readReports(set, runners);
        if (set.getSpec().patchID() == 0) {
            // No unfinished job is left, and a runner without a job on record has lost its pod and started again.
            endedButCounted.clear();
            runningButUncounted.removeIf(name -> {
                EphemeralRunner runner = runners.apply(name);
                return runner == null || !runner.hasJob();
            });
        }
        endedButCounted.values().removeIf(end -> !now.isBefore(timeout(end)));
        Duration nextTimeout = endedButCounted.values().stream()
                .map(end -> Duration.between(now, timeout(end)))
                .min(Duration::compareTo)
                .orElse(null);
        return new Counts(endedButCounted.size(), runningButUncounted.size(), nextTimeout);
    }

    private void readReports(EphemeralRunnerSet set, Function<String, @Nullable EphemeralRunner> runners) {
        if (reportedSincePass.isEmpty() && CompletedRunner.annotation(set).equals(annotation)) {
            return;
        }
        annotation = CompletedRunner.annotation(set);
        reported = new HashMap<>();
        reportedSincePass.forEach((completed, version) -> {
            if (!ResourceVersion.isNewer(version, version(set))) {
                reported.put(completed.name(), completed);
            }
        });
        CompletedRunner.parse(annotation).forEach(completed -> reported.put(completed.name(), completed));
        reportedSincePass
                .entrySet()
                .removeIf(entry -> isKnown(entry.getKey()) || !ResourceVersion.isNewer(entry.getValue(), version(set)));
        reported.forEach((name, completed) -> {
            if (endedButCounted.remove(name) == null) {
                EphemeralRunner runner = runners.apply(name);
                if (runner != null && completed.matches(runner)) {
                    runningButUncounted.add(name);
                }
            }
        });
    }

    private boolean isKnown(CompletedRunner completed) {
        return completed.equals(reported.get(completed.name()));
    }

    private Instant timeout(End end) {
        if (reported.isEmpty()) {
            return end.at().plus(REPORT_TIMEOUT_WITHOUT_REPORTS);
        }
        return end.at().plus(end.hadJob() ? REPORT_TIMEOUT_OF_JOB : REPORT_TIMEOUT);
    }

    private static String version(EphemeralRunnerSet set) {
        return Objects.requireNonNullElse(set.getMetadata().getResourceVersion(), "");
    }
}
