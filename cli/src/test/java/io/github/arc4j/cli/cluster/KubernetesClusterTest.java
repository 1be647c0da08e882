package io.github.arc4j.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading with all permissions, with some, and with none. */
class KubernetesClusterTest {
    private static final String SYSTEMS = "arc-systems";
    private static final String RUNNERS = "arc-runners";

    @TempDir
    private Path directory;

    private EmbeddedKube kube;
    private String kubeconfig;
    private String controllerNamespace = "";

    @BeforeEach
    void start() throws IOException {
        EmbeddedKube.Builder builder = EmbeddedKube.builder().namespaces(SYSTEMS, RUNNERS, "team-b");
        Crds.load().forEach(crd -> builder.crd(crd.json()));
        kube = builder.start();
        kubeconfig = kubeconfig(kube.uri().toString());
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder().withMasterUrl(kube.uri().toString()).build())
                .build()) {
            for (HasMetadata object : List.of(
                    set(RUNNERS, "my-runners"),
                    set("team-b", "others"),
                    new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(RUNNERS)
                            .withName("github")
                            .endMetadata()
                            .build(),
                    controller("--watch-single-namespace=" + RUNNERS))) {
                client.resource(object).create();
            }
        }
    }

    @AfterEach
    void stop() {
        kube.close();
    }

    @Test
    void readsAllNamespaces() {
        controllerNamespace = SYSTEMS;

        Snapshot snapshot = read(Cluster.Scope.INSTALLATION);

        assertThat(snapshot.scaleSets()).extracting(ScaleSet::name).containsExactly("my-runners", "others");
        assertThat(snapshot.controllerNamespace()).isEqualTo(SYSTEMS);
        assertThat(snapshot.all(Secret.class)).hasSize(1);
        assertThat(snapshot.hasRead(Pod.class)).isTrue();
        assertThat(snapshot.isComplete()).isTrue();
        assertThat(snapshot.clockSkew())
                .hasValueSatisfying(skew -> assertThat(skew).isLessThan(Duration.ofSeconds(5)));
    }

    /** As the controller does: whoever writes the spec must not have Secrets of other namespaces sent to a proxy. */
    @Test
    void readsThoseSecretsThatTheControllerReads() {
        AutoscalingRunnerSet set = set("team-b", "with-proxy");
        set.setSpec(set.getSpec().toBuilder()
                .proxy(new ProxyConfig(
                        new ProxyServerConfig("http://proxy:8080", "proxy-user"),
                        new ProxyServerConfig("http://proxy:8080", "?x"),
                        List.of()))
                .build());
        try (KubernetesClient client = client()) {
            client.resource(set).create();
            client.resource(controller("--credentials-namespace=team-b=credentials"))
                    .update();
        }
        controllerNamespace = SYSTEMS;

        read(Cluster.Scope.INSTALLATION, "team-b");

        assertThat(kube.requests().snapshot())
                .extracting(RequestLog.Entry::request)
                .filteredOn(request ->
                        request.target().equals("secrets") && !request.verb().equals("create"))
                .extracting(ApiRequest::verb, ApiRequest::namespace, ApiRequest::name)
                .containsOnly(tuple("get", "credentials", "github"), tuple("get", "team-b", "proxy-user"));
    }

    @Test
    void readsAllPagesOfAList() {
        try (KubernetesClient client = client()) {
            for (int i = 0; i < 120; i++) {
                client.resource(set("team-b", "set-" + i)).create();
            }
        }

        assertThat(read(Cluster.Scope.SCALE_SETS).scaleSets()).hasSize(122);
    }

    @Test
    void readsTheSelectedNamespaces() {
        Snapshot snapshot = read(Cluster.Scope.SCALE_SETS, "team-b");

        assertThat(snapshot.scaleSets()).extracting(ScaleSet::name).containsExactly("others");
        assertThat(snapshot.isComplete()).isFalse();
    }

    @Test
    void whatIsForbiddenIsMissing() {
        kube.faults().inject(Fault.on("list", "events").always().answer(403));
        kube.faults().inject(Fault.on("list", "autoscalinglisteners").always().answer(403));

        Snapshot snapshot = read(Cluster.Scope.SCALE_SETS);

        assertThat(snapshot.scaleSets()).hasSize(2);
        assertThat(snapshot.hasRead(Event.class)).isFalse();
        assertThat(snapshot.hasRead(AutoscalingListener.class)).isFalse();
        assertThat(snapshot.gaps()).contains(new Gap("events", "this account may not list them"));
    }

    @Test
    void anAccountOfOneNamespaceReadsThatOfTheController() {
        forbidAllNamespaces();

        Snapshot snapshot = read(Cluster.Scope.SCALE_SETS);

        // The controller's Deployment names the namespace.
        assertThat(snapshot.scaleSets()).extracting(ScaleSet::name).containsExactly("my-runners");
        assertThat(snapshot.hasRead(Pod.class)).isTrue();
    }

    @Test
    void withoutAnyPermissionThereIsNoSnapshot() {
        kube.faults().inject(Fault.on("list", "*").always().answer(403));

        assertThatThrownBy(() -> read(Cluster.Scope.SCALE_SETS))
                .isInstanceOf(NoAccessException.class)
                .hasMessageContaining("this account may not list them")
                .hasMessageContaining("--namespace");
    }

    @Test
    void theCredentialsAreRejected() {
        kube.faults().inject(Fault.on("*", "*").always().answer(401));

        assertThatThrownBy(() -> read(Cluster.Scope.SCALE_SETS))
                .isInstanceOf(NoAccessException.class)
                .hasMessageContaining("401");
    }

    @Test
    void theServerIsUnreachable() throws IOException {
        kube.close();

        assertThatThrownBy(() -> read(Cluster.Scope.SCALE_SETS))
                .isInstanceOf(NoAccessException.class)
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void thereIsNoKubeconfig() {
        kubeconfig = directory.resolve("none").toString();

        assertThatThrownBy(() -> read(Cluster.Scope.SCALE_SETS))
                .isInstanceOf(NoAccessException.class)
                .hasMessageContaining("kubeconfig");
    }

    @Test
    void thereIsNoPodWithALog() {
        try (Cluster cluster = connect()) {
            assertThatThrownBy(() -> cluster.log(RUNNERS, "a", "runner", -1, false, line -> {}))
                    .isInstanceOf(NoAccessException.class)
                    .hasMessage("There is no pod arc-runners/a.");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theControllerMayNotReadLogs(boolean follow) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        server.start();
        kubeconfig = kubeconfig("http://127.0.0.1:" + server.getAddress().getPort());

        try (Cluster cluster = connect()) {
            assertThatThrownBy(() -> cluster.log(RUNNERS, "a", "runner", -1, follow, line -> {}))
                    .isInstanceOf(NoAccessException.class)
                    .hasMessageContaining("kubectl logs -n arc-runners a -c runner");
        } finally {
            server.stop(0);
        }
    }

    private void forbidAllNamespaces() {
        kube.faults()
                .inject(Fault.when(request -> request.verb().equals("list")
                                && request.namespace().isEmpty())
                        .always()
                        .answer(403));
    }

    private KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(kube.uri().toString())
                        .build())
                .build();
    }

    private Snapshot read(Cluster.Scope scope, String... namespaces) {
        try (Cluster cluster = connect(namespaces)) {
            return cluster.read(scope);
        }
    }

    private Cluster connect(String... namespaces) {
        return KubernetesCluster.connect(new Selection(kubeconfig, "", List.of(namespaces), controllerNamespace));
    }

    private String kubeconfig(String server) throws IOException {
        return Files.writeString(directory.resolve("config"), """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test, namespace: %s}}]
            clusters: [{name: test, cluster: {server: "%s"}}]
            users: [{name: test, user: {}}]
            """.formatted(SYSTEMS, server))
                .toString();
    }

    private static AutoscalingRunnerSet set(String namespace, String name) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/acme")
                .githubConfigSecret("github")
                .build());
        return set;
    }

    private static Deployment controller(String flag) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEMS)
                .withName("arc-gha-rs-controller")
                .addToLabels(Labels.PART_OF, Controller.PART_OF)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .endSelector()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withName("manager")
                .withImage("x")
                .withArgs(flag)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
