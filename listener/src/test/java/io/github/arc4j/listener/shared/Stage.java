package io.github.arc4j.listener.shared;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.Patch;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.ResourceStore.Part;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.network.ServerIdentity;
import io.github.arc4j.vault.CertificateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The environment of a shared listener: an API server with the objects that a controller creates, and GitHub. */
final class Stage implements AutoCloseable {
    static final String CONTROLLER = "arc-systems";
    static final String SETS = "arc-runners";

    final EmbeddedKube kube;
    final GitHubSimulator github;
    private final String certificate;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Running> running = new ArrayList<>();

    Stage() {
        this(SimulatorOptions.builder().pollTimeout(Duration.ofMillis(500)));
    }

    Stage(SimulatorOptions.Builder options) {
        github = GitHubSimulator.start(options.build());
        certificate = "";
        kube = cluster().start();
    }

    /** Both servers use TLS. */
    Stage(SimulatorOptions.Builder options, ServerIdentity identity) {
        github = GitHubSimulator.start(options.tls(identity.tls()).build());
        certificate = identity.certificate();
        kube = cluster().tls(identity.tls()).start();
    }

    private static EmbeddedKube.Builder cluster() {
        return EmbeddedKube.builder()
                .resource("actions.github.com", "v1alpha1", "autoscalinglisteners", "AutoscalingListener", true, true)
                .resource("actions.github.com", "v1alpha1", "ephemeralrunnersets", "EphemeralRunnerSet", true, true)
                .namespaces(CONTROLLER, SETS);
    }

    /** A running shared listener, within the process of the test. */
    final class Running implements AutoCloseable {
        final SharedListenerProcess process;
        private final Thread thread;

        Running(
                int shard,
                String holder,
                Timing timing,
                Optional<CertificateDirectory> certificates,
                Map<String, String> environment)
                throws IOException {
            SharedListenerSettings settings = new SharedListenerSettings(
                    shard,
                    CONTROLLER,
                    Optional.of(new ListenAddress("127.0.0.1", 0)),
                    Optional.of(new ListenAddress("localhost", 0)),
                    "/metrics",
                    LogLevel.DEBUG,
                    LogFormat.TEXT,
                    certificates,
                    holder);
            process = new SharedListenerProcess(
                    settings, new KubeEndpoint(kube.uri(), () -> "any", null), environment, timing);
            thread = Thread.startVirtualThread(process::run);
        }

        /** Simulates the loss of its machine. */
        void die() {
            github.faults().add(Fault.on("DELETE", ".*/sessions/.*").times(1000));
            close();
            github.faults().clear();
        }

        @Override
        public void close() {
            thread.interrupt();
            process.close();
        }
    }

    Running start(int shard, String holder) throws IOException {
        return start(shard, holder, Timing.SYSTEM);
    }

    Running start(int shard, String holder, Timing timing) throws IOException {
        return started(new Running(shard, holder, timing, Optional.empty(), Map.of()));
    }

    /** A shared listener that may read vaults. */
    Running startWithCertificates(Path certificates, Map<String, String> environment) throws IOException {
        return started(new Running(
                0, "pod-a", Timing.SYSTEM, Optional.of(new CertificateDirectory(certificates)), environment));
    }

    private Running started(Running started) {
        running.add(started);
        return started;
    }

    /** Creates a scale set with its objects, as the controller does, for the first shared listener. */
    ListenerConfigBuilder addScaleSet(String name) throws InterruptedException {
        return addScaleSet(name, "acme/" + name);
    }

    /** @param scope {@code owner} or {@code owner/repository} */
    ListenerConfigBuilder addScaleSet(String name, String scope) throws InterruptedException {
        int id = createScaleSet(name, scope);
        ListenerConfigBuilder config = config(name, id).configureUrl(github.configUrl(scope));
        add(name, config.build(), 0);
        return config;
    }

    int createScaleSet(String name) throws InterruptedException {
        return createScaleSet(name, "acme/" + name);
    }

    private int createScaleSet(String name, String scope) throws InterruptedException {
        try (ActionsClient client = client(scope)) {
            return client.createScaleSet(
                            RunnerScaleSet.builder().name(name).runnerGroupId(1).build())
                    .id();
        }
    }

    private ActionsClient client(String scope) {
        ActionsClient.Builder builder = ActionsClient.builder(
                ConfigUrl.parse(github.configUrl(scope)), () -> new PersonalAccessToken("sim-pat"));
        return certificate.isEmpty()
                ? builder.build()
                : builder.trust(certificate).build();
    }

    /** Runs one job of a scale set until it completes. */
    void runRunner(String scope, int scaleSetId, String runner) throws InterruptedException {
        try (ActionsClient client = client(scope)) {
            github.runRunner(client.generateJitConfig(scaleSetId, runner, "").encodedJitConfig());
        }
    }

    ListenerConfigBuilder config(String name, int scaleSetId) {
        return ListenerConfig.builder()
                .configureUrl(github.configUrl("acme/" + name))
                .credentials(AppConfig.ofToken("sim-pat"))
                .ephemeralRunnerSetNamespace(SETS)
                .ephemeralRunnerSetName(name)
                .runnerScaleSetId(scaleSetId)
                .runnerScaleSetName(name)
                .serverRootCa(certificate)
                .minRunners(0)
                .maxRunners(10);
    }

    void add(String name, ListenerConfig config, int shard) {
        ObjectNode set = object(name);
        set.putObject("spec").put("replicas", 0);
        sets().create(SETS, set);
        ObjectNode secret = object(name + "-config");
        secret.set("data", data(config));
        secrets().create(CONTROLLER, secret);
        ObjectNode listener = object(name);
        ObjectNode metadata = (ObjectNode) listener.get("metadata");
        metadata.putObject("labels").put("actions.github.com/listener-shard", Integer.toString(shard));
        metadata.putObject("annotations").put("actions.github.com/listener-config-hash", "1");
        metadata.putArray("finalizers").add("autoscalinglistener.actions.github.com/finalizer");
        listener.putObject("spec").put("minRunners", 0);
        listeners().create(CONTROLLER, listener);
    }

    private static ObjectNode data(ListenerConfig config) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("config.json", Base64.getEncoder().encodeToString(config.toJson()));
    }

    private static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** Changes the Secret and then the hash. */
    void configure(String name, ListenerConfig config, String hash) {
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.set("data", data(config));
        patch(secrets(), name + "-config", secret);
        patchListener(
                name,
                "{\"metadata\":{\"annotations\":{\"actions.github.com/listener-config-hash\":\"%s\"}}}"
                        .formatted(hash));
    }

    /** @param shard null for a dedicated listener */
    void assign(String name, @Nullable Integer shard) {
        patchListener(
                name,
                "{\"metadata\":{\"labels\":{\"actions.github.com/listener-shard\":%s}}}"
                        .formatted(shard == null ? null : "\"" + shard + "\""));
    }

    void patchListener(String name, String patch) {
        try {
            patch(listeners(), name, json.readTree(patch));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void patch(ResourceStore store, String name, JsonNode patch) {
        store.patch(CONTROLLER, name, Part.OBJECT, Patch.merge(patch));
    }

    void delete(String name) {
        listeners().delete(CONTROLLER, name, DeleteOptions.DEFAULT);
    }

    private ResourceStore listeners() {
        return kube.store().resource("autoscalinglisteners");
    }

    private ResourceStore sets() {
        return kube.store().resource("ephemeralrunnersets");
    }

    private ResourceStore secrets() {
        return kube.store().resource("secrets");
    }

    /** {@code status.session} of the AutoscalingListener. */
    JsonNode session(String name) {
        return listeners().get(CONTROLLER, name).json().path("status").path("session");
    }

    String state(String name) {
        return session(name).path("state").asText();
    }

    int replicas(String name) {
        return sets().get(SETS, name).json().path("spec").path("replicas").asInt();
    }

    /** The session of a scale set at GitHub. */
    Optional<SessionView> gitHubSession(int scaleSetId) {
        return github.sessions().stream()
                .filter(session -> session.scaleSetId() == scaleSetId)
                .findFirst();
    }

    static void eventually(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(condition);
    }

    @Override
    public void close() {
        running.forEach(Running::close);
        github.close();
        kube.close();
    }
}
