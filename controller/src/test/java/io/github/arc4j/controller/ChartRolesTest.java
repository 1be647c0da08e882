package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettingsBuilder;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.events.KubernetesEventRecorder;
import io.github.arc4j.controller.runtime.leader.LeaderElection;
import io.github.arc4j.controller.runtime.leader.LeaseTiming;
import io.github.arc4j.controller.runtime.metrics.RestClientMetrics;
import io.github.arc4j.controller.uninstall.UninstallReport;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.Selector;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The charts' roles suffice for the whole life of a scale set: installation, jobs, credential rotation, uninstallation.
 */
class ChartRolesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SCALE_SET_CHART = "gha-runner-scale-set/";
    private static final String CONTROLLER_CHART = "gha-runner-scale-set-controller/";
    /** The one that the golden file's role allows to watch. */
    private static final String CERTIFICATES = "certs-configmap";

    /**
     * Single reads and whole updates are the Go system's way, and stay for what owners of objects and other versions
     * do; so do finalizers. The rest is for what a life need not have: warnings that repeat, account metadata that
     * changes, a change from shared listeners, Secrets and accounts of earlier releases.
     */
    private static final Pattern WITHOUT_USE_IN_A_LIFE = Pattern.compile("(get|update) .*"
            + "|patch (.*/finalizers|events|ephemeralrunners/status|serviceaccounts)( in .*)?"
            + "|delete (roles|rolebindings) in controller"
            + "|(create|list|delete) serviceaccounts in runners"
            + "|list secrets in runners");

    private static final ListenerShards SHARED_LISTENERS = new ListenerShards("demo-gha-rs-controller-listener", 2);

    private static final String FINALIZER = "actions.github.com/cleanup-protection";

    private static final String MANAGER = "manager";
    private static final String CHART_SECRET = "chart-secret";

    /** Protected objects of the chart. */
    private static final Map<Class<? extends HasMetadata>, String> CHART_OBJECTS = Map.of(
            Secret.class, CHART_SECRET,
            ServiceAccount.class, "kube-mode",
            RoleBinding.class, MANAGER,
            Role.class, MANAGER);

    @TempDir
    Path directory;

    @Test
    void theRolesSufficeInTheWholeCluster() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            ChartRoles roles = scaleSetRoles(fixture).add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
            live(fixture, roles);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    @Test
    void theRolesSufficeInASingleNamespaceAndNoOtherIsRead() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> with(settings, Set.of(NAMESPACE, CONTROLLER_NAMESPACE), ListenerShards.NONE))) {
            ChartRoles roles =
                    scaleSetRoles(fixture).add(CONTROLLER_CHART + "single-ns.yaml", CONTROLLER_NAMESPACE, NAMESPACE);
            live(fixture, roles);
            assertNoOtherNamespaceIsRead(fixture);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    private static void assertNoOtherNamespaceIsRead(ControllerFixture fixture) {
        assertThat(fixture.kube
                        .requests()
                        .count(request -> request.userAgent().equals("controller")
                                && !Set.of(NAMESPACE, CONTROLLER_NAMESPACE).contains(request.namespace())))
                .isZero();
    }

    private static void assertNoneIsNeedless(ChartRoles roles) throws IOException {
        List<String> unused = roles.unused();
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "unused-permissions.txt"), unused);
        assertThat(unused)
                .allMatch(grant -> WITHOUT_USE_IN_A_LIFE.matcher(grant).matches());
    }

    /** The roles of shared listeners, and their cleanup when each scale set has a dedicated listener again. */
    @Test
    void theRolesSufficeWithSharedListenersAndAfterThem() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture(
                UnaryOperator.identity(), settings -> with(settings, Set.of(), SHARED_LISTENERS))) {
            ChartRoles shared = scaleSetRoles(fixture)
                    .add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "")
                    .addNamespaced(CONTROLLER_CHART + "shared-listeners.yaml", CONTROLLER_NAMESPACE);
            ChartRoles dedicated =
                    scaleSetRoles(fixture).add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
            AtomicReference<ChartRoles> roles = new AtomicReference<>(shared);
            enforce(fixture, roles::get);
            create(fixture);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.listeners())
                        .singleElement()
                        .satisfies(listener ->
                                assertThat(listener.getMetadata().getLabels()).containsKey(Labels.LISTENER_SHARD));
                assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE))
                        .hasSize(1);
            });
            fixture.restartController(settings -> {
                roles.set(dedicated); // only now: the former controller may have had something to do
                return with(settings, Set.of(), ListenerShards.NONE);
            });
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(1);
                assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE))
                        .isEmpty();
                assertThat(fixture.list(Role.class, CONTROLLER_NAMESPACE)).isEmpty();
            });
            delete(fixture, "set");
            assertThat(shared.refused()).isEmpty();
            assertThat(dedicated.refused()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheRolesOfAPolicyAllowTheControllerToMarkBusyRunners(boolean withPolicy) throws Exception {
        ChartRoles roles = new ChartRoles()
                .add(SCALE_SET_CHART + (withPolicy ? "policy.yaml" : "tls.yaml"), NAMESPACE, "")
                .add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
        try (ControllerFixture fixture = new ControllerFixture()) {
            enforce(fixture, () -> roles);
            fixture.runnersEndWith("runs:1", -1);
            fixture.createScaleSet(
                    "set",
                    spec -> spec.template(ControllerFixture.template("runs:1"))
                            .policy(RunnerPolicy.builder()
                                    .disruption("protectBusy")
                                    .build()));
            await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
            fixture.requestRunners("set", 1, 1);
            await().atMost(LIMIT).until(() -> !fixture.runnerPods().isEmpty());
            fixture.client
                    .resources(EphemeralRunner.class)
                    .inNamespace(NAMESPACE)
                    .withName(fixture.runnerPods().getFirst().getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"jobId\":\"1\"}}");
            if (withPolicy) {
                await().atMost(LIMIT)
                        .until(() -> fixture.runnerPods()
                                .getFirst()
                                .getMetadata()
                                .getLabels()
                                .containsKey(Labels.BUSY));
            } else {
                await().atMost(LIMIT)
                        .until(() -> fixture.list(Event.class, NAMESPACE).stream()
                                .anyMatch(event -> event.getReason().equals("BusyMarkRefused")));
            }
        }
        if (withPolicy) {
            assertThat(roles.refused()).isEmpty();
            assertThat(roles.unused()).doesNotContain("patch pods in " + NAMESPACE);
        } else {
            assertThat(roles.refused()).singleElement().asString().startsWith("patch pods ");
        }
    }

    /** An uninstallation deletes the roles in the scale set's namespace before the last of its objects. */
    @Test
    void theRolesSufficeWhenTheyAreDeletedWithTheScaleSet() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            ChartRoles roles = scaleSetRoles(fixture).add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
            enforce(fixture, () -> roles);
            create(fixture);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                            .hasSize(1));

            CHART_OBJECTS.forEach((kind, name) -> fixture.client
                    .resources(kind)
                    .inNamespace(NAMESPACE)
                    .withName(name)
                    .delete());
            delete(fixture, "set");

            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.list(Role.class, NAMESPACE)).isEmpty();
                assertThat(fixture.list(RoleBinding.class, NAMESPACE)).isEmpty();
                assertThat(CHART_OBJECTS)
                        .allSatisfy((kind, name) -> assertThat(fixture.client
                                        .resources(kind)
                                        .inNamespace(NAMESPACE)
                                        .withName(name)
                                        .get())
                                .isNull());
            });
            assertThat(roles.refused()).isEmpty();
        }
    }

    /** In a namespace that is being deleted, nothing can be created that would prolong the permissions. */
    @Test
    void theDeletionOfANamespaceReportsTheFinalizerThatTheUserMustRemove() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            ChartRoles roles = scaleSetRoles(fixture).add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
            createAndDeleteNamespace(fixture, roles);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    fixture.scaleSet("set").getStatus().conditions())
                            .anySatisfy(condition -> {
                                assertThat(condition.getReason()).isEqualTo("FinalizerForbidden");
                                assertThat(condition.getMessage()).contains("kubectl patch -n runners role manager");
                            }));
            assertThat(fixture.list(RoleBinding.class, NAMESPACE)).isEmpty();
            // Later attempts may no longer read the Secret, which the first one has released.
            assertThat(roles.refused())
                    .contains("patch roles runners/manager")
                    .isSubsetOf("patch roles runners/manager", "get secrets runners/chart-secret");
        }
    }

    @Test
    void theDeletionOfANamespaceCompletesIfTheControllerMayPatchAllRoles() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            ChartRoles roles = scaleSetRoles(fixture)
                    .add(CONTROLLER_CHART + "patch-roles.yaml", CONTROLLER_NAMESPACE, "")
                    .addNamespaced(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE);
            createAndDeleteNamespace(fixture, roles);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.client
                                    .namespaces()
                                    .withName(NAMESPACE)
                                    .get())
                            .isNull());
            assertThat(roles.refused()).isEmpty();
        }
    }

    private static void createAndDeleteNamespace(ControllerFixture fixture, ChartRoles roles)
            throws InterruptedException {
        enforce(fixture, () -> roles);
        createChartObjects(fixture);
        fixture.createScaleSet("set", spec -> spec.githubConfigSecret(CHART_SECRET));
        annotate(fixture);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                        .hasSize(1));
        fixture.client.namespaces().withName(NAMESPACE).delete();
    }

    /** The Event of a lasting problem is repeated with an increased count, for which the roles allow only a patch. */
    @ParameterizedTest
    @ValueSource(strings = {"default.yaml", "single-ns.yaml"})
    void theCountOfARepeatedEventIncreases(String file) throws Exception {
        ChartRoles roles = new ChartRoles().add(CONTROLLER_CHART + file, CONTROLLER_NAMESPACE, NAMESPACE);
        TestClock clock = new TestClock();
        try (EmbeddedKube kube = EmbeddedKube.builder().namespaces(NAMESPACE).start();
                KubernetesApi api = connect(kube, "controller");
                KubernetesApi testApi = connect(kube, "test");
                KubernetesEventRecorder events = new KubernetesEventRecorder(api.client(), "controller", clock)) {
            enforce(kube.faults(), () -> roles);
            AutoscalingRunnerSet set = new AutoscalingRunnerSet();
            set.setMetadata(new ObjectMetaBuilder()
                    .withName("set")
                    .withNamespace(NAMESPACE)
                    .withUid("uid")
                    .build());
            Callable<List<Integer>> counts =
                    () -> testApi.client().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                            .map(Event::getCount)
                            .toList();
            events.warning(set, "SecretMissing", "create the Secret");
            await().atMost(LIMIT).until(counts, List.of(1)::equals);
            clock.pass(Duration.ofSeconds(30));
            events.warning(set, "SecretMissing", "create the Secret");
            await().atMost(LIMIT).until(counts, List.of(2)::equals);
        }
        assertThat(roles.refused()).isEmpty();
    }

    private static KubernetesApi connect(EmbeddedKube kube, String userAgent) {
        return KubernetesApi.connect(
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(kube.uri().toString())
                        .build(),
                userAgent,
                new RestClientMetrics(new CollectorRegistry()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"leader.yaml", "single-ns-leader.yaml"})
    void theRolesSufficeForLeaderElection(String file) throws Exception {
        ChartRoles roles = new ChartRoles().add(CONTROLLER_CHART + file, CONTROLLER_NAMESPACE, NAMESPACE);
        LeaseTiming timing = new LeaseTiming(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofMillis(100));
        try (EmbeddedKube kube =
                        EmbeddedKube.builder().namespaces(CONTROLLER_NAMESPACE).start();
                KubernetesApi api = connect(kube, "controller");
                KubernetesEventRecorder events = new KubernetesEventRecorder(api.client(), "controller")) {
            enforce(kube.faults(), () -> roles);
            for (String candidate : List.of("first", "second")) {
                kube.requests().reset();
                LeaderElection election = new LeaderElection(
                        api.client(), CONTROLLER_NAMESPACE, "demo-gha-rs-controller", candidate, timing, events);
                election.acquire();
                election.hold(() -> {});
                await().atMost(LIMIT)
                        .until(() -> kube.requests()
                                        .count(request -> request.verb().equals("update")
                                                && request.target().equals("leases"))
                                >= 2);
                election.release();
            }
        }
        assertThat(roles.refused()).isEmpty();
        assertThat(roles.unused()).noneMatch(grant -> grant.matches("(get|create|update) leases.*"));
    }

    @ParameterizedTest
    @CsvSource({"default.yaml, ''", "single-ns.yaml, " + NAMESPACE})
    void theUninstallReportHasExactlyThePermissionsThatItNeeds(String file, String watched) throws Exception {
        ChartRoles roles = new ChartRoles().addUninstallReport(CONTROLLER_CHART + file, watched);
        try (TestCluster kube = TestCluster.start(NAMESPACE, CONTROLLER_NAMESPACE);
                KubernetesApi test = kube.connect("test");
                KubernetesApi api = kube.connect("controller")) {
            AutoscalingRunnerSet set = new AutoscalingRunnerSet();
            set.setMetadata(new ObjectMetaBuilder()
                    .withName("set")
                    .withNamespace(NAMESPACE)
                    .build());
            test.client().resource(set).create();
            enforce(kube.faults(), () -> roles);

            KubernetesEventRecorder events = new KubernetesEventRecorder(api.client(), "controller");
            Set<String> namespaces = watched.isEmpty() ? Set.of() : Set.of(watched);
            new UninstallReport(api, namespaces, events, Clock.systemUTC()).send();
            events.close(LIMIT);
        }
        assertThat(roles.refused()).isEmpty();
        assertThat(roles.unused()).isEmpty();
    }

    private static ReconcilerSettings with(
            ReconcilerSettings settings, Set<String> watchedNamespaces, ListenerShards shards) {
        return ReconcilerSettingsBuilder.builder(settings)
                .watchedNamespaces(watchedNamespaces)
                .listeners(ListenerSettingsBuilder.builder(settings.listeners())
                        .shards(shards)
                        .build())
                .build();
    }

    /** Those of the scale set's chart, which apply while the manager Role is bound. */
    private static ChartRoles scaleSetRoles(ControllerFixture fixture) throws IOException {
        return new ChartRoles()
                .addWhile(() -> isManagerRoleBound(fixture.kube.store()), SCALE_SET_CHART + "tls.yaml", NAMESPACE);
    }

    private static boolean isManagerRoleBound(ObjectStore store) {
        return store.resource("roles").find(NAMESPACE, MANAGER).isPresent()
                && store.resource("rolebindings").list(NAMESPACE, Selector.ALL).objects().stream()
                        .anyMatch(binding ->
                                binding.json().at("/roleRef/name").asText().equals(MANAGER));
    }

    /** Restarts the controller, so that its first requests count. */
    private static void enforce(ControllerFixture fixture, Supplier<ChartRoles> roles) throws InterruptedException {
        enforce(fixture.kube.faults(), roles);
        fixture.restartController();
    }

    private static void enforce(Faults faults, Supplier<ChartRoles> roles) {
        faults.inject(Fault.when(request ->
                        request.userAgent().equals("controller") && !roles.get().allow(request))
                .always()
                .answer(403));
    }

    private void live(ControllerFixture fixture, ChartRoles roles) throws Exception {
        enforce(fixture, () -> roles);
        fixture.runnersEndWith("runs:1", -1);
        create(fixture);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.runnerPods()).hasSize(2);
            assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(1);
        });
        String listener = fixture.list(Pod.class, CONTROLLER_NAMESPACE)
                .getFirst()
                .getMetadata()
                .getUid();
        fixture.client
                .resource(secret("proxy", Map.of("username", "u", "password", "rotated")))
                .update();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                        .singleElement()
                        .satisfies(pod -> assertThat(pod.getMetadata().getUid()).isNotEqualTo(listener)));
        fixture.requestRunners("set", 0, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(1));
        delete(fixture, "set");
    }

    private static void delete(ControllerFixture fixture, String... names) {
        List<String> sets = List.of(names);
        sets.forEach(name -> fixture.client.resource(fixture.scaleSet(name)).delete());
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(sets)
                    .allSatisfy(name -> assertThat(fixture.scaleSet(name)).isNull());
            assertThat(fixture.github.scaleSets()).isEmpty();
            assertThat(fixture.listeners()).isEmpty();
            assertThat(CHART_OBJECTS).allSatisfy((kind, name) -> {
                HasMetadata left = fixture.client
                        .resources(kind)
                        .inNamespace(NAMESPACE)
                        .withName(name)
                        .get();
                if (left != null) {
                    assertThat(left.getMetadata().getFinalizers()).isEmpty();
                }
            });
        });
    }

    /** With all that needs permissions: proxies, certificates, objects of the chart. */
    private void create(ControllerFixture fixture) throws Exception {
        fixture.client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(CERTIFICATES)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .addToData("ca.crt", TestCertificate.create(directory, "ca"))
                        .build())
                .create();
        fixture.client
                .resource(secret("proxy", Map.of("username", "u", "password", "p")))
                .create();
        createChartObjects(fixture);
        fixture.createScaleSet(
                "set",
                spec -> spec.template(ControllerFixture.template("runs:1"))
                        .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of()))
                        .githubServerTLS(new TlsConfig(
                                new TlsCertificateSource(new ConfigMapKeyRef(CERTIFICATES, "ca.crt", null)))));
        annotate(fixture);
    }

    private static void createChartObjects(ControllerFixture fixture) {
        for (HasMetadata object : List.of(new Secret(), new Role(), new RoleBinding(), new ServiceAccount())) {
            object.setMetadata(new ObjectMetaBuilder()
                    .withName(CHART_OBJECTS.get(object.getClass()))
                    .withNamespace(NAMESPACE)
                    .withFinalizers(FINALIZER)
                    .build());
            if (object instanceof RoleBinding binding) {
                binding.setRoleRef(new RoleRef("rbac.authorization.k8s.io", "Role", MANAGER));
            } else if (object instanceof Secret secret) {
                secret.setStringData(Map.of("github_token", "sim-pat"));
            }
            fixture.client.resource(object).create();
        }
    }

    private static void annotate(ControllerFixture fixture) {
        fixture.client.resource(fixture.scaleSet("set")).patch(PatchContext.of(PatchType.JSON_MERGE), """
            {"metadata":{"annotations":{
              "actions.github.com/cleanup-github-secret-name":"chart-secret",
              "actions.github.com/cleanup-kubernetes-mode-service-account-name":"kube-mode",
              "actions.github.com/cleanup-manager-role-binding":"manager",
              "actions.github.com/cleanup-manager-role-name":"manager"}}}
            """);
    }

    private static Secret secret(String name, Map<String, String> data) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withStringData(data)
                .build();
    }
}
