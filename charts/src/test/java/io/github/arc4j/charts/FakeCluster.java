package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A fake API server that serves only Deployments, CRDs and AutoscalingListeners. While it is open, Helm uses it as the current cluster. */
final class FakeCluster implements AutoCloseable {

    /** The kubeconfig that the build configures for Helm. */
    private static final Path KUBECONFIG = Path.of("target", "kubeconfig").toAbsolutePath();

    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

    private static final String LISTENERS = "/apis/actions.github.com/v1alpha1";

    private static final String NOT_FOUND =
            "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"reason\": \"NotFound\","
                    + " \"code\": 404}";

    private final HttpServer server;

    /** JSON responses by path. */
    private final Map<String, String> responses = new ConcurrentHashMap<>();

    private FakeCluster(HttpServer server) {
        this.server = server;
    }

    /** Starts a cluster without Deployments. */
    static FakeCluster start() throws IOException {
        assertThat(System.getenv("KUBECONFIG"))
                .as("KUBECONFIG, set by the build")
                .isEqualTo(KUBECONFIG.toString());
        FakeCluster cluster =
                new FakeCluster(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        cluster.responses.put("/apis/apps/v1", """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1", "resources": [
              {"name": "deployments", "singularName": "deployment", "namespaced": true, "kind": "Deployment", "verbs": ["list"]}
            ]}\
            """);
        cluster.responses.put("/apis/apiextensions.k8s.io/v1", """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apiextensions.k8s.io/v1", "resources": [
              {"name": "customresourcedefinitions", "singularName": "", "namespaced": false, "kind": "CustomResourceDefinition", "verbs": ["get"]}
            ]}\
            """);
        cluster.responses.put(LISTENERS, """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "actions.github.com/v1alpha1", "resources": [
              {"name": "autoscalinglisteners", "singularName": "", "namespaced": true, "kind": "AutoscalingListener", "verbs": ["list"]}
            ]}\
            """);
        cluster.deployments(List.of());
        cluster.server.createContext("/", cluster::respond);
        cluster.server.start();
        Files.writeString(KUBECONFIG, """
            apiVersion: v1
            kind: Config
            current-context: fake
            contexts: [{name: fake, context: {cluster: fake, user: fake}}]
            clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: fake, user: {token: fake}}]
            """.formatted(cluster.server.getAddress().getPort()));
        return cluster;
    }

    /** Replaces all Deployments by ones with these labels. */
    void deployments(List<Map<String, String>> labels) {
        String items = labels.stream()
                .map(of -> of.entrySet().stream()
                        .map(label -> "\"%s\": \"%s\"".formatted(label.getKey(), label.getValue()))
                        .collect(Collectors.joining(", ", "{", "}")))
                .map(
                        "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"labels\": %s}}"
                                ::formatted)
                .collect(Collectors.joining(", "));
        responses.put(
                "/apis/apps/v1/deployments",
                "{\"apiVersion\": \"apps/v1\", \"kind\": \"DeploymentList\", \"items\": [%s]}".formatted(items));
    }

    /** Adds or replaces a CRD. */
    void crd(JsonNode crd) {
        responses.put(CRDS + crd.at("/metadata/name").asText(), crd.toString());
    }

    /** Sets the number of AutoscalingListeners in a namespace. */
    void listeners(String namespace, int count) {
        String item = "{\"apiVersion\": \"actions.github.com/v1alpha1\", \"kind\": \"AutoscalingListener\"}";
        responses.put(
                LISTENERS + "/namespaces/" + namespace + "/autoscalinglisteners",
                "{\"apiVersion\": \"actions.github.com/v1alpha1\", \"kind\": \"AutoscalingListenerList\", \"items\": [%s]}"
                        .formatted(String.join(", ", Collections.nCopies(count, item))));
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean missing = path.startsWith(CRDS) && !responses.containsKey(path);
            byte[] body =
                    responses.getOrDefault(path, missing ? NOT_FOUND : "{}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(missing ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        Files.delete(KUBECONFIG);
    }
}
