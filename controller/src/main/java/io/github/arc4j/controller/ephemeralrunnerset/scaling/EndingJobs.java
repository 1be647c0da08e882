package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runners.CompletedRunner;
import io.github.arc4j.controller.runtime.cache.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one set that are about to end. The desired number counts the jobs that GitHub considers unfinished; the
 * listener writes it together with the names of the runners whose jobs it does not count any more. A runner's end and the
 * listener's report of it come in any order, and until both are there the runner needs to be accounted for.
 *
 * <p>Thread-safe. Kept in memory: after a restart a few idle runners may be created that nobody needs.
 */
final class EndingJobs {
    /** The listener surely reports the end of a job that the runner's status names, however late. */
    private static final Duration REPORT_TIMEOUT_OF_JOB = Duration.ofMinutes(1);

    /** A runner without a job in its status had one that ended before the listener could mark it, or none. */
    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(10);

    /** The Go listener reports no ends of jobs. */
    private static final Duration REPORT_TIMEOUT_WITHOUT_REPORTS = Duration.ofSeconds(2);

    /**
     * What to take into account with the present desired number.
     *
     * @param endedButCounted runners that have ended, and whose jobs the number still counts
     * @param runningButUncounted runners that have not ended yet, and whose jobs the number does not count
     * @param nextTimeout when the next of the former stops to count even if it is not reported; null if there is none
     */
    record Counts(
            int endedButCounted,
            int runningButUncounted,
            @Nullable Duration nextTimeout) {}

    /** Names reported between two passes that are remembered. The listener reports each for at least 20 seconds. */
    private static final int MAX_REPORTED = 5000;

    private record End(Instant at, boolean hadJob) {}

    private String annotation = "";
    private Set<String> reported = Set.of();
    /**
     * Names reported since the latest pass, and the set's version by then: passes may take longer than a name is
     * reported.
     */
    private final Map<String, String> reportedSincePass = new HashMap<>();

    private final Map<String, End> endedButCounted = new HashMap<>();
    private final Set<String> runningButUncounted = new HashSet<>();

    /** Takes note of another version of the set, which may be newer than the one that the present pass works with. */
    synchronized void setChanged(EphemeralRunnerSet set) {
        for (String name : names(CompletedRunner.annotation(set))) {
            if (!reported.contains(name) && reportedSincePass.size() < MAX_REPORTED) {
                reportedSincePass.putIfAbsent(name, version(set));
            }
        }
    }

    /**
     * Takes note that a runner has ended.
     *
     * @param hadJob whether its status names a job
     * @param hasSucceeded whether its pod ended with success, mostly after a job
     */
    synchronized void runnerEnded(String name, boolean hadJob, boolean hasSucceeded, Instant now) {
        boolean isUncounted = runningButUncounted.remove(name);
        if (!isUncounted && !reported.contains(name) && (hadJob || hasSucceeded)) {
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
            // No job is left to be counted, and a runner without a job in its status has lost its pod and started
            // again.
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
        reported = new HashSet<>(names(annotation));
        reportedSincePass.forEach((name, version) -> {
            if (!ResourceVersion.isNewer(version, version(set))) {
                reported.add(name);
            }
        });
        reportedSincePass.keySet().removeAll(reported);
        for (String name : reported) {
            if (endedButCounted.remove(name) == null && runners.apply(name) != null) {
                runningButUncounted.add(name);
            }
        }
    }

    private Instant timeout(End end) {
        if (reported.isEmpty()) {
            return end.at().plus(REPORT_TIMEOUT_WITHOUT_REPORTS);
        }
        return end.at().plus(end.hadJob() ? REPORT_TIMEOUT_OF_JOB : REPORT_TIMEOUT);
    }

    private static Set<String> names(String annotation) {
        return CompletedRunner.parse(annotation).stream()
                .map(CompletedRunner::name)
                .collect(Collectors.toSet());
    }

    private static String version(EphemeralRunnerSet set) {
        return Objects.requireNonNullElse(set.getMetadata().getResourceVersion(), "");
    }
}
