package io.github.arc4j.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.simulator.http.routing.Json;
import io.github.arc4j.simulator.http.routing.Response;

/** The statistics in responses. */
final class WireStatistics {
    private static final String ASSIGNED_JOBS = "totalAssignedJobs";

    private WireStatistics() {}

    /** Adds jobs that do not exist; returns a response without statistics unchanged. */
    static Response withAssignedJobs(Response response, int jobs) {
        if (response.status() != 200) {
            return response;
        }
        JsonNode body = Json.read(response.body(), JsonNode.class);
        if (!(body.get("statistics") instanceof ObjectNode statistics)) {
            return response;
        }
        statistics.put(ASSIGNED_JOBS, statistics.path(ASSIGNED_JOBS).asInt() + jobs);
        return new Response(200, response.headers(), Json.bytes(body));
    }
}
