package io.github.arc4j.controller.runners;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.util.List;
import java.util.stream.Stream;

/**
 * A runner whose job has completed, as the listener reports it in the annotation {@link Annotations#COMPLETED_RUNNERS}.
 *
 * @param name name of the runner and of its EphemeralRunner
 * @param runnerId the runner's ID on GitHub; 0 if unknown
 * @param jobId the job's ID; empty if unknown
 */
public record CompletedRunner(String name, long runnerId, String jobId) {
    /** The listener does not report more. A user who can edit the set can write any number of short entries. */
    private static final int MAX = 1000;

    /**
     * Whether this may be the completion of the runner's present or coming job: what both sides know is equal. An
     * earlier registration with the same name may have had another job. The Go listener and older versions do not
     * report registrations and jobs.
     */
    public boolean matches(EphemeralRunner runner) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        return name.equals(runner.getMetadata().getName())
                && (runnerId == 0 || status.runnerId() == 0 || runnerId == status.runnerId())
                && (jobId.isEmpty() || !status.hasJob() || jobId.equals(status.jobId()));
    }

    /** The value of the annotation of a set; empty if there is none. */
    public static String annotation(EphemeralRunnerSet set) {
        return Annotations.get(set, Annotations.COMPLETED_RUNNERS);
    }

    /** Parses the value of the annotation, up to a number of entries. Never fails, whatever the text. */
    public static List<CompletedRunner> parse(String annotation) {
        return annotation.isEmpty()
                ? List.of()
                : Stream.of(annotation.split(",", MAX + 1))
                        .limit(MAX)
                        .map(CompletedRunner::entry)
                        .toList();
    }

    private static CompletedRunner entry(String text) {
        String[] parts = text.split(":", 3);
        return new CompletedRunner(parts[0], parts.length < 2 ? 0 : id(parts[1]), parts.length < 3 ? "" : parts[2]);
    }

    private static long id(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
