package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.kube.http.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With exactly the charts' roles a whole life goes by without a refusal: made, run, rotated, uninstalled. */
class ChartRolesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SCALE_SET_CHART = "gha-runner-scale-set/";
    private static final String CONTROLLER_CHART = "gha-runner-scale-set-controller/";
    /** The one that the golden file's role allows to watch. */
    private static final String CERTIFICATES = "certs-configmap";

    private static final String FINALIZER = "actions.github.com/cleanup-protection";

    @TempDir
    Path directory;

    @Test
    void nothingIsRefusedInTheWholeCluster() throws Exception {
        ChartRoles roles = scaleSetRoles().add(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE, "");
        try (ControllerFixture fixture = new ControllerFixture()) {
            live(fixture, roles);
        }
        assertThat(roles.refused()).isEmpty();
        List<String> unused = roles.unused();
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "unused-permissions.txt"), unused);
        // What a life has no reason for, but other versions, other objects' owners or people with kubectl may have.
        assertThat(unused).noneMatch(grant -> grant.startsWith("watch") && !grant.contains("configmaps"));
    }

    @Test
    void nothingIsRefusedInASingleNamespaceAndNoOtherIsLookedAt() throws Exception {
        ChartRoles roles = scaleSetRoles()
                .add(CONTROLLER_CHART + "single-ns.yaml", CONTROLLER_NAMESPACE, NAMESPACE)
                .addNamespaced(CONTROLLER_CHART + "default.yaml", CONTROLLER_NAMESPACE);
        try (ControllerFixture fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> new ReconcilerSettings(
                        settings.controllerNamespace(),
                        Set.of(NAMESPACE, CONTROLLER_NAMESPACE),
                        settings.listenerImage(),
                        settings.listenerImagePullSecrets(),
                        settings.excludedLabelPrefixes(),
                        settings.runnerConcurrency(),
                        settings.listeners(),
                        settings.userAgent(),
                        settings.environment()))) {
            live(fixture, roles);
            assertThat(fixture.kube
                            .requests()
                            .count(request -> request.userAgent().equals("controller")
                                    && !Set.of(NAMESPACE, CONTROLLER_NAMESPACE).contains(request.namespace())))
                    .isZero();
        }
        assertThat(roles.refused()).isEmpty();
    }

    private static ChartRoles scaleSetRoles() throws IOException {
        return new ChartRoles().add(SCALE_SET_CHART + "tls.yaml", NAMESPACE, "");
    }

    private void live(ControllerFixture fixture, ChartRoles roles) throws Exception {
        fixture.kube
                .faults()
                .inject(Fault.when(request -> request.userAgent().equals("controller") && !roles.allow(request))
                        .always()
                        .answer(403));
        fixture.runnersEndWith("runs:1", -1);
        create(fixture);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.wish("set", 1, 2);
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
        fixture.wish("set", 0, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(1));
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.scaleSet("set")).isNull();
            assertThat(fixture.github.scaleSets()).isEmpty();
            assertThat(fixture.listeners()).isEmpty();
            Secret protectedSecret = fixture.client
                    .secrets()
                    .inNamespace(NAMESPACE)
                    .withName("chart-secret")
                    .get();
            assertThat(protectedSecret.getMetadata().getFinalizers()).isEmpty();
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
        Secret chartSecret = secret("chart-secret", Map.of());
        chartSecret.getMetadata().setFinalizers(List.of(FINALIZER));
        fixture.client.resource(chartSecret).create();
        fixture.client
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("manager")
                        .withNamespace(NAMESPACE)
                        .withFinalizers(FINALIZER)
                        .endMetadata()
                        .build())
                .create();
        fixture.createScaleSet(
                "set",
                spec -> spec.template(ControllerFixture.template("runs:1"))
                        .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of()))
                        .githubServerTLS(new TlsConfig(
                                new TlsCertificateSource(new ConfigMapKeyRef(CERTIFICATES, "ca.crt", null)))));
        fixture.client.resource(fixture.scaleSet("set")).patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"metadata":{"annotations":{
                          "actions.github.com/cleanup-github-secret-name":"chart-secret",
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
