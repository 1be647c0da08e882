package io.github.arc4j.demo.k3s;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.demo.stage.ClusterWatch;
import io.github.arc4j.demo.stage.GitHubSide;
import io.github.arc4j.demo.stage.Namespaces;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.demo.stage.RemoteGitHub;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.demo.stage.Setting;
import io.github.arc4j.demo.stage.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * K3s in Docker, with charts, image and simulator as in a user's cluster. Its images and directories can be set with
 * properties or environment variables: {@code e2e.k3s.image}, {@code e2e.busybox.image}, {@code e2e.root}.
 */
public final class K3sStage implements Stage {
    /** Port of the GitHub simulator. */
    public static final int GITHUB_PORT = SimulatorPod.PORT;

    private static final String BUSYBOX = Setting.of("e2e.busybox.image", "docker.io/library/busybox:1.37.0");
    private static final String IMAGE = "local/arc4j";
    private static final String IMAGE_TAG = "dev";
    /** The image of the simulator. */
    public static final String SIMULATOR_IMAGE = "local/arc4j-simulator:dev";

    private static final String CONTROLLER_RELEASE = "arc";
    private static final Duration REMOVAL_TIMEOUT = Duration.ofMinutes(2);
    private static final int REQUEST_TIMEOUT_MS = 30_000;

    /** Namespace label with the Pod Security Standard of its pods. */
    public static final String POD_SECURITY = "pod-security.kubernetes.io/enforce";

    /** The controller and the listeners run under this standard. */
    private static final Map<String, String> RESTRICTED = Map.of(POD_SECURITY, "restricted");

    /** Directory with the charts and, in {@code target}, the image archives. */
    private static final Path ROOT = Path.of(Setting.of("e2e.root", ".."));

    private static final Path CHARTS = ROOT.resolve("charts");

    /** The images of this build: the system's and the simulator's. */
    public static final List<Path> ARCHIVES =
            List.of(ROOT.resolve("target/arc4j-image.tar"), ROOT.resolve("target/arc4j-simulator-image.tar"));

    /** The images that Docker must have or be able to pull. */
    public static final List<String> IMAGES = List.of(K3sNode.IMAGE, BUSYBOX);

    private final K3sNode node;
    private final KubernetesClient client;
    private final RemoteGitHub gitHub;
    private final ClusterWatch objects;
    private final Charts charts;
    private final Diagnostics diagnostics;

    private K3sStage(K3sNode node, KubernetesClient client, RemoteGitHub gitHub, ClusterWatch objects) {
        this.node = node;
        this.client = client;
        this.gitHub = gitHub;
        this.objects = objects;
        this.charts = new Charts(CHARTS, node.kubeConfig());
        this.diagnostics = new Diagnostics(
                client,
                List.of(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE, SimulatorPod.NAMESPACE),
                Path.of("target", "k3s").toAbsolutePath());
    }

    /** Starts the cluster and the simulator. */
    public static K3sStage start(Consumer<String> progress) throws Exception {
        K3sNode node = K3sNode.start(CONTROLLER_NAMESPACE);
        try {
            progress.accept("K3s is running");
            for (Path archive : ARCHIVES) {
                node.importImage(archive);
            }
            node.importImage(BUSYBOX);
            progress.accept("images imported");
            KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(node.clientConfig())
                            .withRequestTimeout(REQUEST_TIMEOUT_MS)
                            .build())
                    .build();
            RemoteGitHub gitHub = SimulatorPod.start(client, SIMULATOR_IMAGE);
            progress.accept("GitHub simulator is running at " + gitHub.url());
            List<String> namespaces = List.of(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE);
            Namespaces.create(client, CONTROLLER_NAMESPACE, RESTRICTED);
            Namespaces.create(client, RUNNER_NAMESPACE);
            ClusterWatch objects = new ClusterWatch(client, namespaces);
            objects.watch(ObjectType.core());
            objects.watch(ObjectType.installation());
            return new K3sStage(node, client, gitHub, objects);
        } catch (Exception e) {
            node.close();
            throw e;
        }
    }

    /** A client with all permissions. */
    public KubernetesClient client() {
        return client;
    }

    @Override
    public GitHubSide gitHub() {
        return gitHub;
    }

    @Override
    public ClusterWatch objects() {
        return objects;
    }

    /** A kubeconfig with all permissions. */
    public String kubeConfig() {
        return node.kubeConfig();
    }

    /** The directory of a chart. */
    public static Path chart(String name) {
        return CHARTS.resolve(name);
    }

    /** The image of the controller and the listener built by this project. */
    public static String controllerImage() {
        return IMAGE + ":" + IMAGE_TAG;
    }

    /** Pulls an image from a registry without TLS into the cluster, and gives it another name. */
    public void pullImage(String reference, String name) throws IOException, InterruptedException {
        node.pullImage(reference, name);
    }

    /** Values that make the controller's chart use the image built by this project. */
    public static Map<String, Object> controllerValues() {
        return Map.of("image", Map.of("repository", IMAGE, "tag", IMAGE_TAG, "pullPolicy", "Never"));
    }

    /** Values for a scale set of the simulator. */
    public Map<String, Object> scaleSetValues() {
        return Map.of(
                "githubConfigUrl",
                configUrl(),
                "githubConfigSecret",
                Map.of("github_token", TOKEN),
                "template",
                runner());
    }

    /** The config URL of the scale set at the simulator. */
    public String configUrl() {
        return gitHub.configUrl("arc4j/demo");
    }

    /** The template of runner pods that get jobs from the simulator. */
    public PodTemplateSpec runner() {
        return RunnerTemplate.of(BUSYBOX, gitHub.url());
    }

    @Override
    public void install() throws IOException {
        install(Map.of());
    }

    /** Installs both as {@link #install()} does, with more values of the controller's chart. */
    public void install(Map<String, Object> more) throws IOException {
        Map<String, Object> values = new HashMap<>(controllerValues());
        values.putAll(more);
        charts.install("gha-runner-scale-set-controller", CONTROLLER_RELEASE, CONTROLLER_NAMESPACE, values);
        // The chart has installed the CRDs.
        objects.watch(ObjectType.custom());
        charts.install("gha-runner-scale-set", SCALE_SET, RUNNER_NAMESPACE, scaleSetValues());
    }

    /** Installs another scale set. */
    public void installScaleSet(String release, Map<String, Object> values) throws IOException {
        charts.install("gha-runner-scale-set", release, RUNNER_NAMESPACE, values);
    }

    /** Uninstalls a scale set; returns before its objects are deleted. */
    public void uninstallScaleSet(String release) {
        charts.uninstall(release, RUNNER_NAMESPACE);
    }

    @Override
    public void uninstall() throws IOException, InterruptedException, TimeoutException {
        diagnostics.saveLogs();
        charts.uninstall(SCALE_SET, RUNNER_NAMESPACE);
        objects.await(
                left -> left.stream()
                        .noneMatch(object -> object.namespace().equals(RUNNER_NAMESPACE)
                                && object.kind().equals(ObjectType.AUTOSCALING_RUNNER_SET.kind())),
                REMOVAL_TIMEOUT);
        diagnostics.saveLogs();
        charts.uninstall(CONTROLLER_RELEASE, CONTROLLER_NAMESPACE);
    }

    @Override
    public Map<String, Long> requests() throws IOException, InterruptedException {
        return audit().counts();
    }

    /** The requests of the controller and the listeners so far. */
    public AuditLog audit() throws IOException, InterruptedException {
        return node.audit();
    }

    /** Saves logs, objects and events; returns their directory. */
    public Path saveDiagnostics() throws IOException {
        diagnostics.saveLogs();
        diagnostics.saveObjects(node.log());
        return diagnostics.folder();
    }

    @Override
    public String logs() {
        return diagnostics.folder().toString();
    }

    @Override
    public void close() {
        objects.close();
        client.close();
        node.close();
    }
}
