package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runners.CompletedRunner;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The completed jobs that listeners report in annotations of their runner sets. Each report is in the annotation for at
 * least 20 seconds. Runners usually exit within that time; the status of those that do not records the report.
 */
public final class JobCompletions {
    private record Report(String jobId, Instant at) {}

    private final RunnerPolicies policies;
    private final PerObject<Report> reports;
    private final InstantSource clock;

    JobCompletions(ResourceCache<EphemeralRunner> runners, RunnerPolicies policies, InstantSource clock) {
        this.policies = policies;
        this.reports = new PerObject<>(runners);
        this.clock = clock;
    }

    /** When the completion of the runner's present job was first seen; null if the listener has not reported it. */
    @Nullable Instant reportedAt(EphemeralRunner runner) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        if (!status.hasJob()) {
            return null;
        }
        Report known = reports.get(runner);
        if (known != null && known.jobId().equals(status.jobId())) {
            return known.at();
        }
        if (policies.setOf(runner).filter(set -> reports(set, runner)).isEmpty()) {
            return null;
        }
        Instant now = clock.instant();
        reports.put(runner, new Report(status.jobId(), now));
        return now;
    }

    private static boolean reports(EphemeralRunnerSet set, EphemeralRunner runner) {
        String annotation = CompletedRunner.annotation(set);
        return annotation.contains(runner.getMetadata().getName())
                && CompletedRunner.parse(annotation).stream().anyMatch(completed -> completed.matches(runner));
    }

    /** The runners that the annotation has named since the previous state of the set. */
    public static Set<Request> newlyReported(@Nullable EphemeralRunnerSet before, @Nullable EphemeralRunnerSet after) {
        if (after == null
                || (before != null && CompletedRunner.annotation(before).equals(CompletedRunner.annotation(after)))) {
            return Set.of();
        }
        Set<CompletedRunner> reported = new LinkedHashSet<>(CompletedRunner.parse(CompletedRunner.annotation(after)));
        if (before != null) {
            CompletedRunner.parse(CompletedRunner.annotation(before)).forEach(reported::remove);
        }
        return reported.stream()
                .map(runner -> new Request(after.getMetadata().getNamespace(), runner.name()))
                .collect(Collectors.toSet());
    }
}
