package io.github.arc4j.listener.metrics;

/**
 * The parts of a job's workflow reference that metrics use as labels.
 *
 * @param name file name without {@code .yml} or {@code .yaml}
 * @param target {@code heads/<branch>}, {@code tags/<tag>}, {@code pull/<number>}, or empty
 */
public record WorkflowRef(String name, String target) {
    private static final WorkflowRef NONE = new WorkflowRef("", "");

    /**
     * Parses {@code owner/repo/.github/workflows/ci.yml@refs/heads/main}; both parts are empty if the text has another
     * form.
     */
    static WorkflowRef parse(String ref) {
        String[] parts = ref.split("@", -1);
        if (parts.length != 2) {
            return NONE;
        }
        String file = parts[0].substring(parts[0].lastIndexOf('/') + 1);
        return new WorkflowRef(without(".yaml", without(".yml", file)), target(parts[1]));
    }

    private static String without(String suffix, String file) {
        return file.endsWith(suffix) ? file.substring(0, file.length() - suffix.length()) : file;
    }

    private static String target(String ref) {
        if (ref.startsWith("refs/heads/") || ref.startsWith("refs/tags/")) {
            return ref.substring("refs/".length());
        }
        String pull = "refs/pull/";
        int end = ref.indexOf('/', pull.length());
        return ref.startsWith(pull) && end > 0 ? ref.substring("refs/".length(), end) : "";
    }
}
