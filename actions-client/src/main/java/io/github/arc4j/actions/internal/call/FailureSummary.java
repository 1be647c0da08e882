package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Response;
import java.net.URI;
import java.util.Set;

/**
 * Describes failures with a text that is identical for each failure of the same kind: without ids of requests and
 * runners, and without parts that may contain such ids, such as URLs and the error texts of failing servers.
 */
final class FailureSummary {
    /** GitHub's responses to these calls name the runner. */
    private static final Set<String> ABOUT_ONE_RUNNER = Set.of("getRunner", "findRunner", "removeRunner");

    private FailureSummary() {}

    /** Describes a call with no response or an incomplete one. */
    static String of(Call call, String problem) {
        return request(call) + ": " + problem;
    }

    /**
     * Describes an error response.
     *
     * @param problem short description from the response; may be empty
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
