package io.github.arc4j.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.api.Crds;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.network.Relay;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A cluster in which the controller and the listeners are processes, and runners are simulated. The API server uses
 * TLS.
 */
final class ProcessSystem implements AutoCloseable {
    /** A scale set whose listener runs in the shared listener. */
    static final String SHARED = "shared";
    /** A scale set whose listener has its own pod. */
    static final String DEDICATED = "dedicated";

    private static final String CONTROLLER = "arc-systems";
    private static final String RUNNERS = "arc-runners";
    private static final String SHARED_LISTENER = "shared-listener";

    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;
    private final GitHubSimulator github;
    private final Map<String, String> environment;
    private final EmbeddedKube kube;
    private final Relay relay;
    private final List<Process> processes = new CopyOnWriteArrayList<>();

    /**
     * Starts the cluster.
     *
     * @param directory directory for files of the processes
     * @param apiServer address at which the processes reach the API server
     * @param identity certificate of the API server
     * @param network network settings in the environment of the processes
     */
    ProcessSystem(
            Path directory,
            GitHubSimulator github,
            InetAddress apiServer,
            ServerIdentity identity,
            Map<String, String> network)
            throws IOException {
        this.directory = directory;
        this.github = github;
        EmbeddedKube.Builder cluster = EmbeddedKube.builder()
                .namespaces(CONTROLLER, RUNNERS)
                .tls(identity.tls())
                .pods(this::run);
        Crds.load().forEach(crd -> cluster.crd(crd.json()));
        kube = cluster.start();
        relay = Relay.to(apiServer, kube.uri().getPort());
        environment = new HashMap<>(network);
        environment.put("KUBERNETES_SERVICE_HOST", apiServer.getHostAddress());
        environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(relay.port()));
        environment.put("KUBERNETES_SERVICE_ACCOUNT_DIR", directory.toString());
        Files.writeString(directory.resolve("token"), "any");
        Files.writeString(directory.resolve("ca.crt"), identity.certificate());
        Files.writeString(directory.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters: [{name: test, cluster: {server: "https://%s:%d", certificate-authority-data: "%s"}}]
            users: [{name: test, user: {token: any}}]
            """.formatted(
                        literal(apiServer), relay.port(), base64(identity.certificate())));
    }

    /** The address as in URLs. */
    static String literal(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    /** Starts a controller and a shared listener; a listener pod starts its own process. */
    void start() throws IOException {
        startController("controller");
        startSharedListener(SHARED_LISTENER);
    }

    /** Starts a controller in a pod of its own. */
    Process startController(String pod, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--auto-scaling-runner-set-only",
                "--metrics-addr=0",
                "--listener-metrics-addr=0",
                "--kubeconfig=" + directory.resolve("kubeconfig"),
                "--listener-mode=shared",
                "--listener-replicas=1",
                "--shared-listener-name=" + SHARED_LISTENER));
        arguments.addAll(List.of(more));
        return start(
                "manager",
                Map.of(
                        "CONTROLLER_MANAGER_POD_NAMESPACE",
                        CONTROLLER,
                        "CONTROLLER_MANAGER_POD_NAME",
                        pod,
                        "CONTROLLER_MANAGER_POD_UID",
                        pod + "-uid",
                        "CONTROLLER_MANAGER_CONTAINER_IMAGE",
                        "arc4j:test"),
                arguments.toArray(String[]::new));
    }

    /** Starts a shared listener, in a pod that may have had another process before. */
    Process startSharedListener(String pod) throws IOException {
        return start(
                "ghasharedlistener", Map.of("LISTENER_SHARD", "0", "LISTENER_NAMESPACE", CONTROLLER, "HOSTNAME", pod));
    }

    /**
     * Creates the scale sets and their credentials, as a user does. One has a listenerTemplate that needs a listener
     * pod.
     */
    void createScaleSets(String configUrl) throws IOException {
        createSharedScaleSet(configUrl);
        createScaleSet(DEDICATED, configUrl, """
            , "listenerTemplate": {"spec": {"containers": [{"name": "listener", "env": [{"name": "OWN_POD", "value": "true"}]}]}}
            """);
    }

    /** Creates the credentials, and the scale set whose listener runs in the shared listener. */
    void createSharedScaleSet(String configUrl) throws IOException {
        create("secrets", """
            {"metadata": {"name": "github"}, "data": {"github_token": "%s"}}
            """.formatted(base64("sim-pat")));
        createScaleSet(SHARED, configUrl, "");
    }

    private void createScaleSet(String name, String configUrl, String more) throws IOException {
        create("autoscalingrunnersets", """
            {"metadata": {"name": "%s", "labels": {"app.kubernetes.io/version": "%s"}},
             "spec": {"githubConfigUrl": "%s", "githubConfigSecret": "github",
                      "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "runner", "image": "runner"}]}}%s}}
            """.formatted(name, BuildInfo.current().version(), configUrl, more));
    }

    private void create(String resource, String object) throws IOException {
        kube.store().resource(resource).create(RUNNERS, (ObjectNode) json.readTree(object));
    }

    /** The output of the processes. */
    String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    private Process start(String launcher, Map<String, String> own, String... arguments) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(own);
        Process process = ImageProcess.start(launcher, all, directory.resolve("output"), arguments);
        processes.add(process);
        return process;
    }

    private int run(PodContext pod) throws Exception {
        String container = pod.mainContainer();
        return container.equals("listener")
                ? runListener(pod)
                : github.runRunner(Objects.requireNonNull(
                                pod.environment(container).get("ACTIONS_RUNNER_INPUT_JITCONFIG")))
                        .exitCode();
    }

    private int runListener(PodContext pod) throws IOException, InterruptedException {
        Path config = directory.resolve("config.json");
        Files.write(config, Objects.requireNonNull(pod.volume("listener-config").get("config.json")));
        Process listener =
                start("ghalistener", Map.of("LISTENER_CONFIG_PATH", config.toString(), "HOSTNAME", pod.name()));
        try {
            return listener.waitFor();
        } finally {
            listener.destroy();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroyForcibly);
        relay.close();
        kube.close();
    }
}
