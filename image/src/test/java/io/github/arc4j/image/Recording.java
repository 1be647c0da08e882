package io.github.arc4j.image;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.image.RecordedProcess.Archive;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Records which classes of the JDK and of libraries the two processes use, for the lists in {@code src/main/classes}.
 * Run it after an upgrade of the JDK or a library, or after a change of what the processes do at start-up.
 *
 * <p>Both processes run as in a cluster, with TLS to the API server and HTTP/2 to GitHub, for the lifetime of one scale
 * set: first without archives, then with archives of what was recorded so far, until they miss nothing.
 */
final class Recording {

    private static final String CONTROLLER_NAMESPACE = "arc-systems";
    private static final String RUNNER_NAMESPACE = "arc-runners";
    private static final String SCALE_SET = "recording";
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int JOBS = 3;
    /** The second run with archives adds at most a few classes, which depend on timing. */
    private static final int RUNS_WITH_ARCHIVES = 3;

    /** HTTP/2, on connections that last for the whole run. */
    private static final int REQUESTS_PER_CONNECTION = 10_000;

    private final Path root;
    private final Path work;
    private final Path lists;
    private final Launcher manager;
    private final Launcher listener;
    private final Certificate certificate;
    private final int managerMetrics = freePort();
    private final int listenerMetrics = freePort();

    private Recording(Path root, Path work, Path lists) throws Exception {
        this.root = root.toAbsolutePath();
        this.work = Files.createDirectories(work.toAbsolutePath());
        this.lists = lists.toAbsolutePath();
        this.manager = launcher("manager");
        this.listener = launcher("ghalistener");
        this.certificate = Certificate.create(this.root.resolve("app/runtime"), this.work);
    }

    /** Arguments: the assembled root, a directory for intermediate files, the directory of the lists to replace. */
    public static void main(String[] args) throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        new Recording(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).run();
        // Threads of the cluster and the client may still be running.
        System.exit(0);
    }

    private Launcher launcher(String name) throws IOException {
        return Launcher.read(root.resolve("usr/lib/app/" + name + ".cfg"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run() throws Exception {
        Processes processes = runSystem(Archive.WITHOUT);
        ClassList ofManager = initialized(manager, processes.manager());
        ClassList ofListener = initialized(listener, processes.listener());
        excludeUnreachedCallSites(ofListener, processes.listener());
        for (int i = 0; i < RUNS_WITH_ARCHIVES; i++) {
            dumpArchive(manager, ofManager);
            dumpArchive(listener, ofListener);
            processes = runSystem(Archive.WITH);
            boolean added = addMissing(manager, ofManager, processes.manager());
            added |= addMissing(listener, ofListener, processes.listener());
            if (!added) {
                break;
            }
        }
        Files.write(lists.resolve(manager.name() + ".classes"), ofManager.recorded());
        Files.write(lists.resolve(listener.name() + ".classes"), ofListener.recorded());
    }

    /** The processes of a run, which have exited. */
    private record Processes(RecordedProcess manager, RecordedProcess listener) {}

    private Processes runSystem(Archive archive) throws Exception {
        SimulatorOptions options = SimulatorOptions.builder()
                .host("127.0.0.1")
                .port(freePort())
                .tls(certificate.context())
                .http2(REQUESTS_PER_CONNECTION)
                .build();
        Map<String, String> cluster = new HashMap<>();
        List<String> trust = List.of(
                "-Djavax.net.ssl.trustStore=" + certificate.store(),
                "-Djavax.net.ssl.trustStorePassword=" + Certificate.PASSWORD,
                "-Darc4j.http2Host=localhost");
        try (GitHubSimulator github = GitHubSimulator.start(options)) {
            RecordedPods pods = new RecordedPods(root, work, listener, github, archive, trust, cluster);
            EmbeddedKube.Builder builder = EmbeddedKube.builder()
                    .namespaces(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE)
                    .pods(pods);
            Crds.load().forEach(crd -> builder.crd(crd.json()));
            try (EmbeddedKube kube = builder.start();
                    TlsFront api = new TlsFront(certificate.context(), kube.uri());
                    KubernetesClient client = client(kube.uri())) {
                cluster.putAll(cluster(api.port()));
                Map<String, String> environment = new HashMap<>(cluster);
                environment.putAll(Map.of(
                        "CONTROLLER_MANAGER_POD_NAME", "manager",
                        "CONTROLLER_MANAGER_POD_NAMESPACE", CONTROLLER_NAMESPACE,
                        "CONTROLLER_MANAGER_CONTAINER_IMAGE", "arc4j"));
                RecordedProcess process =
                        RecordedProcess.start(root, work, manager, archive, trust, environment, managerArguments());
                try {
                    runScaleSet(client, github);
                } finally {
                    process.stop();
                }
                return new Processes(process, Objects.requireNonNull(pods.ended()));
            }
        }
    }

    private List<String> managerArguments() {
        return List.of(
                "--auto-scaling-runner-set-only",
                "--enable-leader-election",
                "--metrics-addr=127.0.0.1:" + managerMetrics,
                "--listener-metrics-addr=127.0.0.1:" + listenerMetrics,
                "--listener-metrics-endpoint=/metrics");
    }

    /** The environment variables and files of a pod, for fabric8 and for the listener. */
    private Map<String, String> cluster(int apiPort) throws IOException {
        Path token = Files.writeString(work.resolve("token"), "token");
        return Map.of(
                "HOME", work.toString(),
                "KUBERNETES_SERVICE_HOST", "localhost",
                "KUBERNETES_SERVICE_PORT", Integer.toString(apiPort),
                "KUBERNETES_SERVICE_ACCOUNT_DIR", work.toString(),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString(),
                "KUBERNETES_CERTS_CA_FILE", certificate.pem().toString());
    }

    private static KubernetesClient client(URI api) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(api.toString())
                        .build())
                .build();
    }

    private void runScaleSet(KubernetesClient client, GitHubSimulator github) throws Exception {
        client.secrets()
                .resource(new SecretBuilder()
                        .withMetadata(metadata("github"))
                        .withStringData(Map.of("github_token", "sim-pat"))
                        .build())
                .create();
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.setMetadata(metadata(SCALE_SET));
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://localhost:" + github.port() + "/arc4j/recording")
                .githubConfigSecret("github")
                .template(new PodTemplateSpecBuilder()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("runner")
                        .withImage("runner")
                        .endContainer()
                        .endSpec()
                        .build())
                .build());
        client.resource(set).create();
        github.await(state -> !state.sessions().isEmpty(), TIMEOUT);
        github.queueJobs(
                JobRequest.builder(SCALE_SET).duration(Duration.ofSeconds(1)).build(), JOBS);
        github.awaitJobs(jobs -> jobs.succeeded() == JOBS, TIMEOUT);
        scrape(managerMetrics);
        scrape(listenerMetrics);
        client.resource(set).delete();
        client.resource(set).waitUntilCondition(Objects::isNull, TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder()
                .withNamespace(RUNNER_NAMESPACE)
                .withName(name)
                .withLabels(Map.of(Labels.VERSION, BuildInfo.current().version()))
                .build();
    }

    private static void scrape(int port) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
            int status = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .statusCode();
            if (status != 200) {
                throw new IOException(uri + " responded with status " + status);
            }
        }
    }

    private ClassList initialized(Launcher launcher, RecordedProcess process) throws IOException {
        try (ClassFiles files = classFiles(launcher)) {
            return new LoadedClasses(files)
                    .initialized(process.loadedClasses(), process.log(), Assembly.ownClasses(root, launcher));
        }
    }

    /** Only for the listener: there are many of them, and what they have not used yet is little. */
    private void excludeUnreachedCallSites(ClassList list, RecordedProcess process) throws IOException {
        try (ClassFiles files = classFiles(listener)) {
            new LoadedClasses(files)
                    .excludeUnreachedCallSites(list, process.loadedClasses(), Assembly.ownClasses(root, listener));
        }
    }

    private boolean addMissing(Launcher launcher, ClassList list, RecordedProcess process) throws IOException {
        try (ClassFiles files = classFiles(launcher)) {
            return new LoadedClasses(files).addMissing(list, process.log());
        }
    }

    private void dumpArchive(Launcher launcher, ClassList recorded) throws IOException, InterruptedException {
        try (ClassFiles files = classFiles(launcher)) {
            Assembly.dumpArchive(root, work, launcher, files, ClassList.of(recorded.recorded()));
        }
    }

    private ClassFiles classFiles(Launcher launcher) throws IOException {
        return new ClassFiles(
                root.resolve("app/runtime"),
                launcher.classPath().stream().map(root::resolve).toList());
    }
}
