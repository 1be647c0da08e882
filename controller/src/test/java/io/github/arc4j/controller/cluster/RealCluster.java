package io.github.arc4j.controller.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.http.Watches;
import io.github.arc4j.kube.pods.Kubelet;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** The API server that a kubeconfig names, with the controllers of Kubernetes, but without a scheduler. */
final class RealCluster implements TestCluster {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What tests and reconcilers make, owners first. */
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            AutoscalingRunnerSet.class,
            AutoscalingListener.class,
            EphemeralRunnerSet.class,
            EphemeralRunner.class,
            Pod.class,
            Secret.class,
            ConfigMap.class,
            ServiceAccount.class,
            RoleBinding.class,
            Role.class);

    /** What Kubernetes itself puts into each namespace. */
    private static final Set<String> BUILT_IN = Set.of("default", "kube-root-ca.crt");

    /** Namespaces with the access of the charts, which no test changes. */
    private static final Set<Set<String>> GRANTED = ConcurrentHashMap.newKeySet();

    private final Path kubeConfig;
    private final Set<String> namespaces;
    private final KubernetesApi admin;
    private final @Nullable PodPlayer pods;

    private RealCluster(Path kubeConfig, Set<String> namespaces, @Nullable PodRuntime runtime) {
        this.kubeConfig = kubeConfig;
        this.namespaces = namespaces;
        admin = connect("test");
        defineKinds();
        namespaces.forEach(this::makeNamespace);
        empty();
        pods = runtime == null ? null : new PodPlayer(admin.client(), namespaces, runtime);
    }

    static RealCluster start(Path kubeConfig, String runners, String controller, @Nullable PodRuntime pods) {
        RealCluster cluster = new RealCluster(kubeConfig, Set.of(runners, controller), pods);
        if (GRANTED.add(Set.of(runners, controller))) {
            ChartAccess.grant(cluster.admin.client(), runners, controller);
        }
        return cluster;
    }

    private void defineKinds() {
        KubernetesClient client = admin.client();
        try {
            client.resources(AutoscalingRunnerSet.class).inAnyNamespace().list();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            Crds.load().forEach(crd -> {
                CustomResourceDefinition definition = client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .load(crd.open())
                        .item();
                client.resource(definition).create();
            });
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> KINDS.forEach(
                            kind -> client.resources(kind).inAnyNamespace().list()));
        }
    }

    /** Pods are refused until there is the account that they run under. */
    private void makeNamespace(String name) {
        KubernetesClient client = admin.client();
        if (client.namespaces().withName(name).get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .until(() -> client.serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
    }

    private void empty() {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<HasMetadata> left = objects().toList();
                    left.forEach(this::delete);
                    return left.isEmpty();
                });
    }

    private Stream<HasMetadata> objects() {
        Predicate<HasMetadata> ofTests =
                object -> namespaces.contains(object.getMetadata().getNamespace())
                        && !BUILT_IN.contains(object.getMetadata().getName());
        return KINDS.stream()
                .flatMap(kind ->
                        admin.client().resources(kind).inAnyNamespace().withoutLabel(ACCESS).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .filter(ofTests);
    }

    private void delete(HasMetadata object) {
        var resource = admin.client().resource(object);
        try {
            if (!object.getFinalizers().isEmpty()) {
                resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
            }
            resource.withGracePeriod(0).delete();
        } catch (KubernetesClientException e) {
            // The garbage collector has been faster.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private Config access() {
        try {
            return Config.fromKubeconfig(Files.readString(kubeConfig));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public KubernetesApi connect(String userAgent) {
        return KubernetesApi.connect(
                access(), userAgent, new RestClientMetrics(new CollectorRegistry()), SharedSerialization.INSTANCE);
    }

    @Override
    public KubernetesApi connectAsController(RestClientMetrics metrics) {
        Config access = access();
        access.setImpersonateUsername(ChartAccess.USER);
        return KubernetesApi.connect(access, "controller", metrics, SharedSerialization.INSTANCE);
    }

    @Override
    public String version() {
        return objects()
                .map(object ->
                        object.getMetadata().getUid() + object.getMetadata().getResourceVersion())
                .collect(Collectors.joining(" "));
    }

    @Override
    public OptionalLong version(Class<? extends HasMetadata> kind) {
        return OptionalLong.empty();
    }

    @Override
    public ObjectStore store() {
        throw onlyEmbedded("direct access to its store");
    }

    @Override
    public RequestLog requests() {
        throw onlyEmbedded("a log of requests");
    }

    @Override
    public Faults faults() {
        throw onlyEmbedded("faults");
    }

    @Override
    public Watches watches() {
        throw onlyEmbedded("a hold on its watches");
    }

    @Override
    public Kubelet kubelet() {
        throw onlyEmbedded("a kubelet in this process");
    }

    private static TestAbortedException onlyEmbedded(String what) {
        return new TestAbortedException("Run on the embedded API server alone: a real one does not offer " + what);
    }

    @Override
    public void close() {
        if (pods != null) {
            pods.close();
        }
        admin.close();
    }
}
