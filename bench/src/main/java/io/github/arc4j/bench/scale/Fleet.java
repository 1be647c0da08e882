package io.github.arc4j.bench.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.bench.ImageProcess;
import io.github.arc4j.bench.controller.ControllerProcess;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * Many scale sets, whose controller and shared listeners are processes. The API server, nodes and GitHub are in this
 * process.
 */
public final class Fleet implements AutoCloseable {
    private static final String CONTROLLER_NAMESPACE = "arc-systems";
    private static final String RUNNER_NAMESPACE = "arc-runners";
    private static final String SHARED_LISTENER = "shared-listener";
    private static final String LISTENER_LAUNCHER = "ghasharedlistener";
    private static final int SCALE_SETS_PER_LISTENER = 500;
    private static final Duration GITHUB_LATENCY = Duration.ofMillis(150);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(50);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int scaleSets;
    private final Path directory = Files.createTempDirectory("bench-scale");
    private final ServerIdentity identity = ServerIdentity.create(directory);
    private final GitHubSimulator github;
    private final EmbeddedKube kube;
    private final List<Long> jobs = new ArrayList<>();
    private List<ImageProcess> listeners = List.of();

    Fleet(int scaleSets) throws IOException, InterruptedException, GeneralSecurityException {
        this.scaleSets = scaleSets;
        Files.writeString(directory.resolve("ca.crt"), identity.certificate());
        Files.writeString(directory.resolve("token"), "any");
        github = GitHubSimulator.start(SimulatorOptions.builder()
                .latency(GITHUB_LATENCY)
                .pollTimeout(POLL_TIMEOUT)
                .build());
        EmbeddedKube.Builder cluster = EmbeddedKube.builder()
                .namespaces(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE)
                .tls(identity.tls())
                .pods(this::run);
        Crds.load().forEach(crd -> cluster.crd(crd.json()));
        kube = cluster.start();
    }

    /** Runs a runner; the pods of shared listeners exist only for the controller, because they are processes. */
    private int run(PodContext pod) throws InterruptedException {
        String container = pod.mainContainer();
        if (container.equals(SHARED_LISTENER)) {
            new CountDownLatch(1).await();
        }
        return github.runRunner(
                        Objects.requireNonNull(pod.environment(container).get("ACTIONS_RUNNER_INPUT_JITCONFIG")))
                .exitCode();
    }

    private int shards() {
        return (scaleSets - 1) / SCALE_SETS_PER_LISTENER + 1;
    }

    ControllerProcess startController() throws IOException, InterruptedException {
        String kubeconfig = """
            apiVersion: v1
            kind: Config
            current-context: bench
            contexts: [{name: bench, context: {cluster: bench, user: bench}}]
            clusters: [{name: bench, cluster: {server: "%s", certificate-authority-data: "%s"}}]
            users: [{name: bench, user: {token: any}}]
            """.formatted(kube.uri(), base64(identity.certificate()));
        return ControllerProcess.start(
                kubeconfig,
                List.of(
                        "--listener-metrics-addr=0",
                        "--listener-mode=shared",
                        "--listener-replicas=" + shards(),
                        "--shared-listener-name=" + SHARED_LISTENER));
    }

    /** Starts the processes of the shared listeners, whose pods exist from the first time on. */
    void startListeners() throws IOException {
        boolean isFirst = listeners.isEmpty();
        List<ImageProcess> started = new ArrayList<>();
        for (int shard = 0; shard < shards(); shard++) {
            String pod = SHARED_LISTENER + "-" + shard;
            if (isFirst) {
                create("pods", CONTROLLER_NAMESPACE, """
                    {"metadata": {"name": "%s", "labels": {"%s": "%s", "%s": "%d"}},
                     "spec": {"containers": [{"name": "%s", "image": "listener:bench"}]}}
                    """.formatted(
                                pod,
                                Labels.COMPONENT,
                                Labels.COMPONENT_SHARED_LISTENER,
                                Labels.LISTENER_SHARD,
                                shard,
                                SHARED_LISTENER));
            }
            started.add(
                    ImageProcess.start(LISTENER_LAUNCHER, environment(shard, pod), directory.resolve(pod), List.of()));
        }
        listeners = started;
    }

    private Map<String, String> environment(int shard, String pod) {
        return Map.of(
                "LISTENER_SHARD",
                Integer.toString(shard),
                "LISTENER_NAMESPACE",
                CONTROLLER_NAMESPACE,
                "HOSTNAME",
                pod,
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(kube.uri().getPort()),
                "KUBERNETES_SERVICE_ACCOUNT_DIR",
                directory.toString());
    }

    void stopListeners() throws IOException, InterruptedException {
        for (ImageProcess listener : listeners) {
            listener.stop();
        }
    }

    /** Creates the scale sets, each for its own repository. */
    void createScaleSets() {
        create("secrets", RUNNER_NAMESPACE, """
            {"metadata": {"name": "github"}, "data": {"github_token": "%s"}}
            """.formatted(base64("sim-pat")));
        for (int i = 0; i < scaleSets; i++) {
            create("autoscalingrunnersets", RUNNER_NAMESPACE, """
                {"metadata": {"name": "set-%1$d", "labels": {"app.kubernetes.io/version": "%2$s"}},
                 "spec": {"githubConfigUrl": "%3$s", "githubConfigSecret": "github",
                  "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "runner", "image": "runner:1",
                   "command": ["/home/runner/run.sh"], "resources": {"requests": {"cpu": "1", "memory": "2Gi"}}}]}}}}
                """.formatted(
                            i, BuildInfo.current().version(), github.configUrl("org/repo-" + i)));
        }
    }

    void deleteScaleSets() {
        for (int i = 0; i < scaleSets; i++) {
            kube.store().resource("autoscalingrunnersets").delete(RUNNER_NAMESPACE, "set-" + i, DeleteOptions.DEFAULT);
        }
    }

    private void create(String resource, String namespace, String object) {
        try {
            kube.store().resource(resource).create(namespace, (ObjectNode) JSON.readTree(object));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(object, e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Queues jobs, distributed evenly, that run until they are canceled. */
    void queueJobs(int number) {
        for (int i = 0; i < scaleSets; i++) {
            int ofScaleSet = number / scaleSets + (i < number % scaleSets ? 1 : 0);
            jobs.addAll(github.queueJobs(
                    JobRequest.builder("set-" + i).duration(Duration.ofHours(1)).build(), ofScaleSet));
        }
    }

    void cancelJobs() {
        jobs.forEach(github::cancelJob);
    }

    int runningJobs() {
        return github.summary().running();
    }

    int sessions() {
        return github.sessions().size();
    }

    /** Number of objects of a custom resource, such as {@code ephemeralrunners}. */
    int count(String resource) {
        return kube.store().resource(resource).list().size();
    }

    /** Requests of the processes to the API server so far. */
    long apiRequests() {
        return kube.requests().count(request -> true);
    }

    /** Requests to the API server so far, by verb and target. */
    Map<String, Long> requestCounts() {
        return kube.requests().counts();
    }

    long gitHubRequests() {
        return github.calls().values().stream().mapToLong(Long::longValue).sum();
    }

    /** CPU time of the shared listeners that were started last. */
    Duration listenerCpu() {
        return listeners.stream().map(ImageProcess::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    /** Resident memory of the shared listeners in bytes. */
    long listenerMemory() throws IOException {
        long sum = 0;
        for (ImageProcess listener : listeners) {
            sum += listener.status("VmRSS");
        }
        return sum;
    }

    int listenerProcesses() {
        return listeners.size();
    }

    @Override
    public void close() {
        listeners.forEach(ImageProcess::close);
        kube.close();
        github.close();
    }
}
