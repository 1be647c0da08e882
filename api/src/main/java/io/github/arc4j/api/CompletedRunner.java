package io.github.arc4j.api;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A runner whose job has completed. The annotation {@link Annotations#COMPLETED_RUNNERS} has one entry for each,
 * {@code name:runnerId:jobId}, separated by commas. The latter two may be missing.
 *
 * @param name name of the runner and of its EphemeralRunner
 * @param runnerId the runner's ID at GitHub; 0 if unknown
 * @param jobId the job's ID; empty if unknown
 */
public record CompletedRunner(String name, long runnerId, String jobId) {
    /** GitHub's job IDs are UUIDs. Others are left out, because they may contain separators. */
    private static final Pattern JOB_ID = Pattern.compile("[-A-Za-z0-9]{0,64}");

    public CompletedRunner {
        jobId = JOB_ID.matcher(jobId).matches() ? jobId : "";
    }

    /** Whether this may be a job of a runner: everything that both sides know is equal. */
    public boolean matches(long otherRunnerId, String otherJobId) {
        return (runnerId == 0 || otherRunnerId == 0 || runnerId == otherRunnerId)
                && (jobId.isEmpty() || jobId.equals(otherJobId));
    }

    /** The value of the annotation. */
    public static String format(Collection<CompletedRunner> runners) {
        return runners.stream()
                .map(runner -> runner.name + ":" + runner.runnerId + ":" + runner.jobId)
                .collect(Collectors.joining(","));
    }

    /** Parses the value of the annotation. Never fails, whatever the text. */
    public static List<CompletedRunner> parse(String annotation) {
        return annotation.isEmpty()
                ? List.of()
                : Stream.of(annotation.split(",", -1))
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
