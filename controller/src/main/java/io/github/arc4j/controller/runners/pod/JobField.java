package io.github.arc4j.controller.runners.pod;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.runtime.events.MessageText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A field of a job that the labels and annotations of pods can report. All values except the run ID may be chosen by
 * users of GitHub.
 */
enum JobField {
    REPOSITORY("repository", "actions.github.com/job-repository", EphemeralRunnerStatus::jobRepositoryName),
    WORKFLOW("workflow", "actions.github.com/job-workflow", EphemeralRunnerStatus::jobWorkflowRef),
    RUN_ID(
            "runId",
            "actions.github.com/job-run-id",
            status -> status.workflowRunId() == 0 ? "" : Long.toString(status.workflowRunId())),
    JOB_ID("jobId", "actions.github.com/job-id", EphemeralRunnerStatus::jobId),
    JOB_NAME("jobName", "actions.github.com/job-name", EphemeralRunnerStatus::jobDisplayName);

    private static final int MAX_ANNOTATION_LENGTH = 1024;
    private static final int MAX_LABEL_LENGTH = 63;

    private final String name;
    private final String key;
    private final Function<EphemeralRunnerStatus, String> value;

    JobField(String name, String key, Function<EphemeralRunnerStatus, String> value) {
        this.name = name;
        this.key = key;
        this.value = value;
    }

    /** The annotations for the named fields of the job, without those that are empty. Unknown names are ignored. */
    static Map<String, String> annotations(List<String> names, EphemeralRunnerStatus status) {
        return values(names, status, text -> MessageText.of(text, MAX_ANNOTATION_LENGTH));
    }

    /** The same fields as labels. */
    static Map<String, String> labels(List<String> names, EphemeralRunnerStatus status) {
        return values(names, status, JobField::labelValue);
    }

    private static Map<String, String> values(
            List<String> names, EphemeralRunnerStatus status, UnaryOperator<String> format) {
        Map<String, String> values = new LinkedHashMap<>();
        for (JobField field : values()) {
            String text = names.contains(field.name) ? format.apply(field.value.apply(status)) : "";
            if (!text.isEmpty()) {
                values.put(field.key, text);
            }
        }
        return values;
    }

    /**
     * Converts a text to a label value: characters that are not allowed are replaced by underscores, and the result is
     * truncated. Equal texts have equal values; different ones usually, but not always, have different values.
     *
     * @return empty if the text has no letter or digit that a label value may contain
     */
    static String labelValue(String text) {
        StringBuilder label = new StringBuilder();
        text.codePoints()
                .dropWhile(c -> !isAlphanumeric(c))
                .limit(MAX_LABEL_LENGTH)
                .forEach(c -> label.appendCodePoint(isAlphanumeric(c) || c == '-' || c == '.' ? c : '_'));
        int end = label.length();
        while (end > 0 && !isAlphanumeric(label.charAt(end - 1))) {
            end--;
        }
        return label.substring(0, end);
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
