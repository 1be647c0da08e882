package io.github.arc4j.actions.internal;

import java.net.URI;
import java.util.Set;

/**
 * What failed, in words that are the same each time it fails in this way: without ids of requests and runners, and
 * without what may hold some, such as URLs and the texts of servers in trouble.
 */
final class FailureSummary {
    /** GitHub's answers to these name the runner. */
    private static final Set<String> ABOUT_ONE_RUNNER = Set.of("getRunner", "findRunner", "removeRunner");

    private FailureSummary() {}

    /** There was no answer, or only a part of one. */
    static String of(Call call, String problem) {
        return request(call) + ": " + problem;
    }

    /**
     * The answer means failure.
     *
     * @param problem what the answer says, in short; may be empty
     */
    static String of(Call call, Response response, String problem) {
        String failure = request(call) + " with status " + response.statusLine();
        boolean mayHoldIds = response.status() >= 500 || ABOUT_ONE_RUNNER.contains(call.operation());
        return problem.isEmpty() || mayHoldIds ? failure : failure + ": " + withoutIds(response, problem);
    }

    private static String request(Call call) {
        URI uri = call.uri();
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        return "request " + call.operation() + " to " + host + " failed";
    }

    private static String withoutIds(Response response, String text) {
        String cleaned = without(text, response.header("ActivityId"));
        return without(cleaned, response.header("X-GitHub-Request-Id"));
    }

    private static String without(String text, String id) {
        return id.isEmpty() ? text : text.replace(id, "...");
    }
}
