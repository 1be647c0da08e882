package io.github.arc4j.simulator.http.routing;

import io.github.arc4j.simulator.http.routing.Route.Surface;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Tokens;
import io.github.arc4j.simulator.service.Tokens.Grant;
import io.github.arc4j.simulator.service.state.Scope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Requirements for every call of the wire protocol: an authorized token, the user agent, the API version, the content
 * type.
 */
public final class RequestChecks {
    private static final List<String> USER_AGENT_KEYS = List.of("system", "version", "commit_sha", "subsystem");
    private static final String LISTENER = "ghalistener";
    private static final String API_VERSION = "6.0-preview";

    private final Tokens tokens;
    private final ViolationLog violations;

    public RequestChecks(Tokens tokens, ViolationLog violations) {
        this.tokens = tokens;
        this.violations = violations;
    }

    /**
     * Checks the headers and the query of a call, then the authorization of its token.
     *
     * @return the call with the grant of its token
     * @throws ServiceException 401 if the token is not authorized for the call
     */
    Call check(Route route, Call call) {
        checkUserAgent(route, call);
        checkContentType(route, call);
        checkApiVersion(route, call);
        return route.tokens().isEmpty() ? call : call.with(authorize(route, call));
    }

    private void checkUserAgent(Route route, Call call) {
        Map<?, ?> agent;
        try {
            agent = Json.read(call.header("User-Agent").getBytes(StandardCharsets.UTF_8), Map.class);
        } catch (IllegalArgumentException e) {
            violations.add(call, "user-agent", "not JSON");
            return;
        }
        for (String key : USER_AGENT_KEYS) {
            if (!(agent.get(key) instanceof String text) || text.isEmpty()) {
                violations.add(call, "user-agent", "no string " + key);
            }
        }
        if (!(agent.get("scale_set_id") instanceof Integer id)) {
            violations.add(call, "user-agent", "no number scale_set_id");
        } else if (route.surface() == Surface.QUEUE
                && LISTENER.equals(agent.get("subsystem"))
                && !call.variable("id").equals(id.toString())) {
            violations.add(call, "user-agent", "scale_set_id is not that of the listener's scale set");
        }
    }

    private void checkContentType(Route route, Call call) {
        String type = call.header("Content-Type");
        boolean needed = route.surface() == Surface.SERVICE
                || (route.surface() == Surface.QUEUE && !call.method().equals("GET"))
                || call.body().length > 0;
        boolean json = type.startsWith("application/json") || type.startsWith("application/vnd.github");
        if (needed && !json) {
            violations.add(call, "content-type", type.isEmpty() ? "none" : type);
        }
    }

    private void checkApiVersion(Route route, Call call) {
        if (route.surface() == Surface.SERVICE
                && !API_VERSION.equals(call.query().get("api-version"))) {
            violations.add(call, "api-version", "api-version=" + API_VERSION + " is not in the query");
        }
        if (route.surface() == Surface.QUEUE
                && call.method().equals("GET")
                && !call.header("Accept").contains("api-version=" + API_VERSION)) {
            violations.add(call, "api-version", "api-version=" + API_VERSION + " is not in the Accept header");
        }
    }

    private Grant authorize(Route route, Call call) {
        String header = call.header("Authorization");
        String scheme = route.tokens().contains(Tokens.Kind.REGISTRATION) ? "RemoteAuth" : "Bearer";
        if (!header.startsWith(scheme + " ")) {
            violations.add(
                    call, "authorization", header.isEmpty() ? "no Authorization header" : "scheme is not " + scheme);
            throw denied(call);
        }
        Grant grant = tokens.find(header.substring(scheme.length() + 1));
        if (grant == null) {
            throw denied(call);
        }
        if (!route.tokens().contains(grant.kind())) {
            violations.add(call, "authorization", "a token of kind " + grant.kind() + ", needed: " + route.tokens());
            throw denied(call);
        }
        Scope scope = grant.scope();
        if (!grant.accepted() || (scope != null && isOther(scope, call))) {
            throw denied(call);
        }
        return grant;
    }

    private static boolean isOther(Scope scope, Call call) {
        return call.variables().containsKey("tenant") && !call.scope().equals(scope);
    }

    private static ServiceException denied(Call call) {
        return ServiceException.unauthorized(
                call.isService() ? "The user is not authorized to access this resource." : "Bad credentials");
    }
}
