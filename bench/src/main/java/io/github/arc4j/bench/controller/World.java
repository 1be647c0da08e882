package io.github.arc4j.bench.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.RunnerRunning;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The API server, nodes and GitHub, in this process. Runners do nothing until they are ended. */
final class World implements AutoCloseable {
    static final String CONTROLLER_NAMESPACE = "arc-systems";

    private static final String NAMESPACE = "arc-runners";
    private static final String NAME = "bench";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GitHubSimulator github;
    private final EmbeddedKube kube;
    private final ChangeFeed changes;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile CountDownLatch end = new CountDownLatch(1);
    private int patchId;
    private int running;
    private int existing;
    private boolean hasSet;

    private World(Duration latency) {
        github = GitHubSimulator.start(
                SimulatorOptions.builder().latency(latency).build());
        EmbeddedKube.Builder builder = EmbeddedKube.builder()
                .namespaces(NAMESPACE, CONTROLLER_NAMESPACE)
                .pods(pod -> {
                    if (pod.mainContainer().equals("listener")) {
                        new CountDownLatch(1).await();
                    }
                    startJob(pod);
                    end.await();
                    return 0;
                });
        Crds.load().forEach(crd -> builder.crd(crd.json()));
        kube = builder.start();
        changes =
                kube.store().subscribe(List.of(store("ephemeralrunners"), store("ephemeralrunnersets")), this::observe);
    }

    static World start(Duration latency) {
        return new World(latency);
    }

    /** A kubeconfig for the API server. */
    String kubeconfig() {
        return """
            apiVersion: v1
            kind: Config
            current-context: bench
            contexts: [{name: bench, context: {cluster: bench, user: bench}}]
            clusters: [{name: bench, cluster: {server: "%s"}}]
            users: [{name: bench, user: {token: any}}]
            """.formatted(kube.uri());
    }

    private ResourceStore store(String plural) {
        return kube.store().resource(plural);
    }

    private void observe(Change change) {
        boolean isSet =
                change.object().type().equals(store("ephemeralrunnersets").type());
        lock.lock();
        try {
            if (isSet) {
                hasSet = change.kind() != Change.Kind.DELETED;
            } else {
                existing +=
                        (change.kind() == Change.Kind.ADDED ? 1 : 0) - (change.kind() == Change.Kind.DELETED ? 1 : 0);
                running += (change.kind() != Change.Kind.DELETED && isRunning(change.object()) ? 1 : 0)
                        - (isRunning(change.before()) ? 1 : 0);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isRunning(@Nullable StoredObject runner) {
        return runner != null && runner.json().at("/status/phase").asText().equals("Running");
    }

    private void await(BooleanSupplier condition, Duration timeout) throws InterruptedException, TimeoutException {
        long remaining = timeout.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                remaining = changed.awaitNanos(remaining);
                if (remaining <= 0) {
                    throw new TimeoutException("%d runners exist, %d are running".formatted(existing, running));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void awaitRunning(int number, Duration timeout) throws InterruptedException, TimeoutException {
        await(() -> running == number, timeout);
    }

    void awaitEmpty(Duration timeout) throws InterruptedException, TimeoutException {
        await(() -> existing == 0, timeout);
    }

    /** Creates the scale set and waits until its runner set exists. */
    void createScaleSet() throws Exception {
        send("POST", "/api/v1/namespaces/" + NAMESPACE + "/secrets", "application/json", """
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "github"},
             "stringData": {"github_token": "sim-pat"}}
            """);
        send("POST", apis("autoscalingrunnersets"), "application/json", """
            {"apiVersion": "actions.github.com/v1alpha1", "kind": "AutoscalingRunnerSet",
             "metadata": {"name": "%s", "labels": {"app.kubernetes.io/version": "%s"}},
             "spec": {"githubConfigUrl": "%s", "githubConfigSecret": "github",
              "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "runner", "image": "runner:1",
               "command": ["/home/runner/run.sh"], "resources": {"requests": {"cpu": "1", "memory": "2Gi"}}}]}}}}
            """.formatted(
                        NAME, BuildInfo.current().version(), github.configUrl("org/repo")));
        await(() -> hasSet, START_TIMEOUT);
    }

    /** Sets the desired number of runners, as the listener does. */
    void requestRunners(int runners) throws IOException, InterruptedException {
        if (runners > 0) {
            end = new CountDownLatch(1);
            patchId++;
        }
        send(
                "PATCH",
                apis("ephemeralrunnersets") + "/" + NAME,
                "application/merge-patch+json",
                "{\"spec\":{\"patchID\":%d,\"replicas\":%s}}"
                        .formatted(runners == 0 ? 0 : patchId, runners == 0 ? "null" : Integer.toString(runners)));
    }

    /** Records in the runner's status that it has a job, as the listener does. */
    private void startJob(PodContext pod) throws IOException, InterruptedException {
        String runnerId = pod.pod()
                .path("metadata")
                .path("annotations")
                .path(Annotations.RUNNER_ID)
                .asText();
        send(
                "PATCH",
                apis("ephemeralrunners") + "/" + pod.name() + "/status",
                "application/merge-patch+json",
                """
                {"status": {"phase": "Running", "ready": true, "runnerId": %s, "runnerName": "%s", "jobId": "job",
                 "conditions": [{"type": "Ready", "status": "True", "reason": "%s",
                  "message": "%s", "lastTransitionTime": "%s"}]}}
                """.formatted(
                                runnerId,
                                pod.name(),
                                RunnerRunning.REASON,
                                RunnerRunning.MESSAGE,
                                Instant.now().truncatedTo(ChronoUnit.SECONDS)));
    }

    /** Ends all jobs, and thereby their pods. */
    void endAllPods() {
        end.countDown();
    }

    void resetRequests() {
        kube.requests().reset();
    }

    /** Number of requests of one user agent by verb and target. */
    Map<String, Long> requests(String userAgent) {
        Map<String, Long> counts = new TreeMap<>();
        kube.requests().snapshot().stream()
                .map(entry -> entry.request())
                .filter(request -> request.userAgent().startsWith(userAgent))
                .forEach(request -> counts.merge(request.verb() + " " + request.target(), 1L, Long::sum));
        return counts;
    }

    /** Number of requests to GitHub so far. */
    long gitHubRequests() {
        return github.calls().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String apis(String plural) {
        return "/apis/actions.github.com/v1alpha1/namespaces/" + NAMESPACE + "/" + plural;
    }

    private JsonNode send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(kube.uri().resolve(path))
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        http.close();
        changes.close();
        kube.close();
        github.close();
    }
}
