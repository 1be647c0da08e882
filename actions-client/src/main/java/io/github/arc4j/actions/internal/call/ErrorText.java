package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Target;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of error responses, in the format of the Go library; and summaries, which are identical for each failure
 * of the same kind: without ids of requests and runners, and without parts that may contain such ids, such as URLs and
 * the error texts of failing servers.
 */
final class ErrorText {
    private static final int MAX_BODY = 2000;
    private static final int MAX_PAGE = 200;

    /** GitHub's responses to these calls name the runner. */
    private static final Set<String> ABOUT_ONE_RUNNER = Set.of("getRunner", "findRunner", "removeRunner");

    /** An error as the Actions service and the REST API describe it in the body of a response. */
    record ServiceError(String typeName, String message) {
        static @Nullable ServiceError parse(Response response) {
            try {
                JsonObject json = JsonObject.read(response.body());
                return new ServiceError(
                        json.textOrEmpty("typeName"), abbreviate(json.textOrEmpty("message"), MAX_BODY));
            } catch (IOException e) {
                return null;
            }
        }

        String text() {
            return (typeName.isEmpty() ? "" : typeName + ": ") + message;
        }
    }

    private ErrorText() {}

    static String prefix(Call call, Response response) {
        StringBuilder text = new StringBuilder("request " + call + " failed");
        text.append("(status=\"").append(response.statusLine()).append('"');
        appendId(text, "activity_id", response.header("ActivityId"));
        appendId(text, "github_request_id", response.header("X-GitHub-Request-Id"));
        return text.append(')').toString();
    }

    private static void appendId(StringBuilder text, String name, String id) {
        if (!id.isEmpty()) {
            text.append(", ").append(name).append("=\"").append(id).append('"');
        }
    }

    /** Describes what is wrong, as far as the response says. */
    static String detail(Call call, Response response, @Nullable ServiceError error) {
        String problem = problem(call, response);
        if (response.status() / 100 == 3) {
            return problem + ": " + redirect(response);
        }
        if (response.body().length == 0) {
            return problem + ": unknown error" + hint(call, response);
        }
        boolean plain = contentType(response).contains("text/plain");
        if (plain || (response.status() == 401 && call.target() == Target.QUEUE)) {
            return problem + ": " + abbreviate(response.text(), MAX_BODY) + hint(call, response);
        }
        if (error == null) {
            // the Go library omits the problem here
            return problem + ": " + unreadable(response);
        }
        String type = error.typeName();
        if (type.contains("AgentExistsException")) {
            return "runner exists: " + error.message();
        }
        if (type.contains("AgentNotFoundException")) {
            return "runner not found: " + error.message();
        }
        if (type.contains("JobStillRunningException")) {
            return "job still running: " + error.message();
        }
        return problem + ": " + error.text() + hint(call, response);
    }

    /** Describes a response with a success status that cannot be parsed. */
    static String unreadable(Response response, String problem) {
        return isPage(response) ? unreadable(response) : problem;
    }

    private static String unreadable(Response response) {
        return isPage(response)
                ? "the response is an HTML page instead of JSON, possibly from a proxy or a sign-in page; check the URL."
                        + " The page starts with \"" + abbreviate(response.text(), MAX_PAGE) + "\""
                : "failed to unmarshal error response body: \"" + abbreviate(response.text(), MAX_BODY) + "\"";
    }

    private static boolean isPage(Response response) {
        return contentType(response).contains("text/html");
    }

    private static String redirect(Response response) {
        String location = response.header("Location");
        return location.isEmpty()
                ? "a redirect without a location"
                : "a redirect to \"" + abbreviate(location, MAX_PAGE)
                        + "\", which is not followed, because it changes the method or the host";
    }

    /** Explains a 404 of GitHub's REST API, which may also mean that the credentials lack a permission. */
    static String hint(Call call, Response response) {
        if (response.status() != 404) {
            return "";
        }
        return switch (call.operation()) {
            case "registrationToken" ->
                "; check that the config URL exists and that the credentials may administer its self-hosted runners"
                        + " (classic token: scope repo for a repository, admin:org for an org,"
                        + " manage_runners:enterprise for an enterprise)";
            case "installationToken" -> "; check the installation ID, and that the App is still installed";
            default -> "";
        };
    }

    private static String problem(Call call, Response response) {
        if (response.status() == 401 && call.target() == Target.QUEUE) {
            return "message queue token expired";
        }
        return switch (call.operation()) {
            case "installationToken" ->
                "failed to get access token for GitHub App auth (" + response.statusLine() + ")";
            case "registrationToken" -> "failed to get runner registration token (" + response.statusLine() + ")";
            default ->
                call.target() == Target.SESSION || call.target() == Target.QUEUE
                        ? "unexpected status code " + response.statusLine()
                        : "unexpected status code: " + response.status();
        };
    }

    private static String contentType(Response response) {
        return response.header("Content-Type").toLowerCase(Locale.ROOT);
    }

    private static String abbreviate(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    /** Summarizes a failed call with no response or an incomplete one. */
    static String summary(Call call, String problem) {
        return request(call) + ": " + problem;
    }

    /**
     * Summarizes an error response.
     *
     * @param problem short description from the response; may be empty
     */
    static String summary(Call call, Response response, String problem) {
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
