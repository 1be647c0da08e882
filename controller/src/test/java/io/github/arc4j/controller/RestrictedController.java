package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettingsBuilder;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.kube.object.Selector;
import io.github.arc4j.kube.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A controller with the permissions of the charts' roles only, and a scale set with the chart's protected objects. */
final class RestrictedController implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** The one that the golden file's role allows to watch. */
    private static final String CERTIFICATES = "certs-configmap";

    private static final String FINALIZER = "actions.github.com/cleanup-protection";

    static final String MANAGER = "manager";
    static final String CHART_SECRET = "chart-secret";

    /** Protected objects of the chart. */
    private static final Map<Class<? extends HasMetadata>, String> CHART_OBJECTS = Map.of(
            Secret.class, CHART_SECRET,
            ServiceAccount.class, "kube-mode",
            RoleBinding.class, MANAGER,
            Role.class, MANAGER);

    final ControllerFixture fixture;

    /** @param watchedNamespaces empty for all */
    RestrictedController(Set<String> watchedNamespaces, ListenerShards shards) {
        fixture =
                new ControllerFixture(UnaryOperator.identity(), settings -> with(settings, watchedNamespaces, shards));
    }

    static ReconcilerSettings with(ReconcilerSettings settings, Set<String> watchedNamespaces, ListenerShards shards) {
        return ReconcilerSettingsBuilder.builder(settings)
                .watchedNamespaces(watchedNamespaces)
                .listeners(ListenerSettingsBuilder.builder(settings.listeners())
                        .shards(shards)
                        .build())
                .build();
    }

    /**
     * The roles of both charts; those of the scale set's chart apply while the manager Role is bound.
     *
     * @param file golden file of the controller's chart
     */
    ChartRoles roles(String file) throws IOException {
        return new ChartRoles()
                .addWhile(() -> isManagerRoleBound(fixture.kube.store()), ChartRoles.SCALE_SET + "tls.yaml", NAMESPACE)
                .add(ChartRoles.CONTROLLER + file, CONTROLLER_NAMESPACE, NAMESPACE);
    }

    private static boolean isManagerRoleBound(ObjectStore store) {
        return store.resource("roles").find(NAMESPACE, MANAGER).isPresent()
                && store.resource("rolebindings").list(NAMESPACE, Selector.ALL).objects().stream()
                        .anyMatch(binding ->
                                binding.json().at("/roleRef/name").asText().equals(MANAGER));
    }

    /** Restarts the controller, so that its first requests count. */
    void enforce(Supplier<ChartRoles> roles) throws InterruptedException {
        ChartRoles.enforceWithRepeatedCreations(fixture.kube, roles);
        fixture.restartController();
    }

    /** Creates a scale set with all that needs permissions: hooks, proxies, certificates, objects of the chart. */
    void create(Path directory) throws Exception {
        fixture.client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(CERTIFICATES)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .addToData("ca.crt", TestCertificate.create(directory, "ca"))
                        .build())
                .create();
        fixture.client.resource(proxySecret("p")).create();
        createWithChartObjects(spec -> spec.template(withContainerHooks(ControllerFixture.template("runs:1")))
                .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of()))
                .githubServerTLS(
                        new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef(CERTIFICATES, "ca.crt", null)))));
    }

    private static PodTemplateSpec withContainerHooks(PodTemplateSpec template) {
        return new PodTemplateSpecBuilder(template)
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("ACTIONS_RUNNER_CONTAINER_HOOKS")
                .withValue("/hooks")
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
    }

    /** Creates a scale set with the objects of the chart. */
    void createWithChartObjects(UnaryOperator<AutoscalingRunnerSetSpecBuilder> spec) {
        createChartObjects();
        fixture.createScaleSet("set", spec);
        fixture.client.resource(fixture.scaleSet("set")).patch(PatchContext.of(PatchType.JSON_MERGE), """
            {"metadata":{"annotations":{
              "actions.github.com/cleanup-github-secret-name":"chart-secret",
              "actions.github.com/cleanup-kubernetes-mode-service-account-name":"kube-mode",
              "actions.github.com/cleanup-manager-role-binding":"manager",
              "actions.github.com/cleanup-manager-role-name":"manager"}}}
            """);
    }

    private void createChartObjects() {
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

    /** Changes a label of the listener's ServiceAccount, and waits until it is there. */
    void labelListenerAccount(String set) {
        fixture.client
                .resource(fixture.scaleSet(set))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"listenerServiceAccountMetadata\":{\"labels\":{\"team\":\"a\"}}}}");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(ServiceAccount.class, CONTROLLER_NAMESPACE))
                        .anySatisfy(account ->
                                assertThat(account.getMetadata().getLabels()).containsEntry("team", "a")));
    }

    /** Changes a label of the Roles and RoleBindings of a shared listener, and waits until the last one has it. */
    void labelSharedListenerRoles(String set) {
        fixture.client.resource(fixture.scaleSet(set)).patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"spec":{"listenerRoleMetadata":{"labels":{"team":"a"}},
                             "listenerRoleBindingMetadata":{"labels":{"team":"a"}}}}
                    """);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE))
                        .singleElement()
                        .satisfies(binding ->
                                assertThat(binding.getMetadata().getLabels()).containsEntry("team", "a")));
    }

    /** Replaces the proxy's password by this one. */
    void rotateProxyPassword(String password) {
        fixture.client.resource(proxySecret(password)).update();
    }

    private static Secret proxySecret(String password) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("proxy")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withStringData(Map.of("username", "u", "password", password))
                .build();
    }

    void deleteChartObjects() {
        CHART_OBJECTS.forEach((kind, name) -> fixture.client
                .resources(kind)
                .inNamespace(NAMESPACE)
                .withName(name)
                .delete());
    }

    /** The objects of the chart that exist. */
    List<HasMetadata> chartObjects() {
        List<HasMetadata> objects = new ArrayList<>();
        CHART_OBJECTS.forEach((kind, name) -> {
            HasMetadata object = fixture.client
                    .resources(kind)
                    .inNamespace(NAMESPACE)
                    .withName(name)
                    .get();
            if (object != null) {
                objects.add(object);
            }
        });
        return objects;
    }

    /** Deletes scale sets, and waits until nothing is left but objects of the chart without finalizers. */
    void delete(String... names) {
        List<String> sets = List.of(names);
        sets.forEach(name -> fixture.client.resource(fixture.scaleSet(name)).delete());
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(sets)
                    .allSatisfy(name -> assertThat(fixture.scaleSet(name)).isNull());
            assertThat(fixture.github.scaleSets()).isEmpty();
            assertThat(fixture.listeners()).isEmpty();
            assertThat(chartObjects())
                    .allSatisfy(object ->
                            assertThat(object.getMetadata().getFinalizers()).isEmpty());
        });
    }

    @Override
    public void close() throws Exception {
        fixture.close();
    }
}
