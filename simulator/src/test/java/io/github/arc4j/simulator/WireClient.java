package io.github.arc4j.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A minimal implementation of the wire protocol, which behaves like a correct client of one scope. */
final class WireClient {
    static final String USER_AGENT = "{\"system\":\"test\",\"version\":\"1\",\"commit_sha\":\"abc\",\"scale_set_id\":0,"
            + "\"subsystem\":\"test\",\"build_version\":\"1\",\"build_commit_sha\":\"1\",\"kind\":\"scaleset\"}";
    static final String SETS = "/_apis/runtime/runnerscalesets";
    static final String AGENTS = "/_apis/distributedtask/pools/0/agents";
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final GitHubSimulator simulator;
    private String serviceUrl = "";
    private String adminToken = "";

    record Response(int status, JsonNode json, HttpResponse<String> http) {
        String type() {
            return json.path("typeName").asText();
        }
    }

    /** An open session. */
    record Session(String id, String queueUrl, String queueToken, JsonNode json) {}

    WireClient(GitHubSimulator simulator) {
        this(simulator, HttpClient.newHttpClient());
    }

    WireClient(GitHubSimulator simulator, HttpClient http) {
        this.simulator = simulator;
        this.http = http;
    }

    static WireClient connected(GitHubSimulator simulator, String scope) throws Exception {
        return new WireClient(simulator).connect(scope);
    }

    WireClient connect(String scope) throws Exception {
        JsonNode response = register(
                        scope,
                        registrationToken(scope, "sim-pat").json().path("token").asText())
                .json();
        serviceUrl = response.path("url").asText().replaceAll("/$", "");
        adminToken = response.path("token").asText();
        return this;
    }

    String serviceUrl() {
        return serviceUrl;
    }

    String adminToken() {
        return adminToken;
    }

    Response registrationToken(String scope, String token) throws Exception {
        String kind = scope.startsWith("enterprises/") ? "" : scope.contains("/") ? "repos/" : "orgs/";
        return send(
                request("POST", simulator.uri() + "/api/v3/" + kind + scope + "/actions/runners/registration-token", "")
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/vnd.github.v3+json"));
    }

    Response register(String scope, String registrationToken) throws Exception {
        String body = "{\"url\":\"" + simulator.configUrl(scope) + "\",\"runner_event\":\"register\"}\n";
        return send(request("POST", simulator.uri() + "/api/v3/actions/runner-registration", body)
                .header("Authorization", "RemoteAuth " + registrationToken)
                .header("Content-Type", "application/json"));
    }

    HttpRequest.Builder request(String method, String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("User-Agent", USER_AGENT)
                .timeout(Duration.ofSeconds(60));
    }

    Response send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        JsonNode json = MissingNode.getInstance();
        if (response.headers().firstValue("Content-Type").orElse("").contains("json")
                && !response.body().isEmpty()) {
            json = JSON.readTree(response.body());
        }
        return new Response(response.statusCode(), json, response);
    }

    Response call(String method, String path, String body) throws Exception {
        return call(method, path, body, adminToken);
    }

    Response call(String method, String path, String body, String token) throws Exception {
        String url = serviceUrl + path + (path.contains("?") ? "&" : "?") + "api-version=6.0-preview";
        return send(request(method, url, body)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json"));
    }

    Response create(String name) throws Exception {
        return call(
                "POST",
                SETS,
                "{\"name\":\"%s\",\"runnerGroupId\":1,\"labels\":[{\"type\":\"System\",\"name\":\"%s\"}],"
                                .formatted(name, name)
                        + "\"RunnerSetting\":{\"disableUpdate\":true},\"createdOn\":\"0001-01-01T00:00:00Z\"}");
    }

    int scaleSet(String name) throws Exception {
        return create(name).json().path("id").asInt();
    }

    Response jit(int scaleSet, String runner) throws Exception {
        return call(
                "POST",
                SETS + "/" + scaleSet + "/generatejitconfig",
                "{\"name\":\"" + runner + "\",\"workFolder\":\"\"}");
    }

    Response openSession(int scaleSet, String owner) throws Exception {
        return call(
                "POST",
                SETS + "/" + scaleSet + "/sessions",
                "{\"sessionId\":\"00000000-0000-0000-0000-000000000000\",\"ownerName\":\"" + owner + "\"}");
    }

    Session session(int scaleSet) throws Exception {
        return session(openSession(scaleSet, "listener"));
    }

    static Session session(Response response) {
        JsonNode json = response.json();
        return new Session(
                json.path("sessionId").asText(),
                json.path("messageQueueUrl").asText(),
                json.path("messageQueueAccessToken").asText(),
                json);
    }

    Response poll(Session session, long last, int capacity) throws Exception {
        return send(pollRequest(session, last).header("X-ScaleSetMaxCapacity", Integer.toString(capacity)));
    }

    HttpRequest.Builder pollRequest(Session session, long last) {
        return request("GET", session.queueUrl() + (last > 0 ? "&lastMessageId=" + last : ""), "")
                .header("Accept", "application/json; api-version=6.0-preview")
                .header("Authorization", "Bearer " + session.queueToken());
    }

    Response delete(Session session, long message) throws Exception {
        return send(request("DELETE", session.queueUrl().replace("?", "/" + message + "?"), "")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + session.queueToken()));
    }

    Response acquire(int scaleSet, Session session, String ids) throws Exception {
        return call("POST", SETS + "/" + scaleSet + "/acquirejobs", ids, session.queueToken());
    }

    /** The elements of a message. */
    static JsonNode elements(Response message) throws IOException {
        return JSON.readTree(message.json().path("body").asText());
    }
}
