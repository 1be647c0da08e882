package io.github.arc4j.simulator.http.routing;

import io.github.arc4j.simulator.http.routing.Route.Surface;
import io.github.arc4j.simulator.service.ServiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All endpoints: dispatches calls, checks them, and converts exceptions to the error responses of the real service. */
public final class Endpoints {
    private final List<Route> routes;
    private final RequestChecks checks;
    private final ViolationLog violations;
    private final CallCounts counts;

    public Endpoints(List<Route> routes, RequestChecks checks, CallCounts counts, ViolationLog violations) {
        this.routes = routes;
        this.checks = checks;
        this.counts = counts;
        this.violations = violations;
    }

    public Response respond(Call call) throws InterruptedException {
        Response response;
        try {
            response = dispatch(call);
        } catch (ServiceException e) {
            response = error(call, e);
        } catch (IllegalArgumentException e) {
            response = error(call, ServiceException.badRequest(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            response = error(call, ServiceException.internal(e.toString()));
        }
        String id = UUID.randomUUID().toString();
        return response.withHeader(call.isService() ? "ActivityId" : "X-GitHub-Request-Id", id);
    }

    private Response dispatch(Call call) throws InterruptedException {
        for (Route route : routes) {
            Map<String, String> variables = route.match(call.method(), call.path());
            if (variables != null) {
                Call matched = call.on(route, variables);
                if (route.surface() == Surface.ADMIN) {
                    return route.handle(matched);
                }
                counts.add(route);
                return route.handle(checks.check(route, matched));
            }
        }
        if (!call.isAdmin()) {
            violations.add(call, "unknown-endpoint", "no such endpoint");
        }
        throw ServiceException.notFound("Not Found");
    }

    private static Response error(Call call, ServiceException error) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("message", error.message());
        if (call.isService()) {
            body.put("$id", "1");
            body.put("typeName", error.typeName());
            body.put("typeKey", error.typeKey());
            body.put("errorCode", 0);
            body.put("eventId", 3000);
        } else {
            body.put("documentation_url", "https://docs.github.com/rest");
            body.put("status", Integer.toString(error.status()));
        }
        return Response.json(error.status(), body);
    }
}
