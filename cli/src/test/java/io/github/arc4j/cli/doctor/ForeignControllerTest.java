package io.github.arc4j.cli.doctor;

import static io.github.arc4j.cli.TestObjects.RUNNERS;
import static io.github.arc4j.cli.TestObjects.SYSTEMS;
import static io.github.arc4j.cli.TestObjects.metadata;
import static io.github.arc4j.cli.TestObjects.pod;
import static io.github.arc4j.cli.TestObjects.ready;
import static io.github.arc4j.cli.TestObjects.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.cli.TestObjects;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else's pod with the controller's labels neither hides problems nor decides where credentials are sent. */
class ForeignControllerTest {
    /** Comes first in lists. */
    private static final String EVIL = "a-evil";

    private final TestObjects objects = new TestObjects().desired(0);
    private final AtomicInteger requests = new AtomicInteger();
    private ControllerLocation location = ControllerLocation.certain(SYSTEMS);
    private HttpServer server;
    private String host;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        host = "http://127.0.0.1:" + server.getAddress().getPort();
        objects.add(new SecretBuilder()
                .withMetadata(metadata(RUNNERS, "github", 9000))
                .withData(Map.of("github_token", "dG9rZW4="))
                .build());
        objects.set.setSpec(objects.set.getSpec().toBuilder()
                .githubConfigUrl(host + "/acme")
                .build());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void credentialsAreSentWhereTheControllerSendsThem() {
        ask();

        assertThat(requests.get()).isPositive();
    }

    @Test
    void aTenantsPodDoesNotDecideWhereCredentialsAreSent() {
        args(objects.controllerPod, "--allowed-github-hosts=github.com");
        AutoscalingRunnerSet evil = new AutoscalingRunnerSet();
        evil.setMetadata(metadata(EVIL, "evil", 60));
        evil.setSpec(objects.set.getSpec());
        objects.add(evil, foreignPod(EVIL));

        assertThat(ask())
                .extracting(Finding::message)
                .containsExactly(
                        "not checked: flags.allowedGitHubHosts does not list " + host,
                        "not checked: flags.allowedGitHubHosts does not list " + host);
        assertThat(requests).hasValue(0);
    }

    /** Its labels come from the tenant's template, but not that of the scale set. */
    @Test
    void neitherDoesTheListenerOfATenant() {
        args(objects.controllerPod, "--allowed-github-hosts=github.com");
        Pod listener = foreignPod(SYSTEMS);
        listener.getMetadata().getLabels().put(Labels.SCALE_SET_NAME, "evil");
        objects.add(listener);

        ask();

        assertThat(requests).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a-evil", "a-evil arc-systems"})
    void nothingIsSentWithoutKnowingTheController(String namespaces) {
        objects.add(foreignPod(EVIL));
        location = ControllerLocation.ofLabels(namespaces.isEmpty() ? List.of() : List.of(namespaces.split(" ")));

        assertThat(ask()).extracting(Finding::severity).containsOnly(Severity.UNKNOWN);
        assertThat(result("credentials")).extracting(Finding::severity).containsOnly(Severity.UNKNOWN);
        assertThat(result("GitHub").getFirst().message()).contains("--controller-namespace");
        assertThat(requests).hasValue(0);
    }

    @Test
    void nothingIsSentWithoutKnowingTheFlags() {
        location = ControllerLocation.certain("typo");

        assertThat(ask()).extracting(Finding::severity).containsOnly(Severity.UNKNOWN);
        assertThat(requests).hasValue(0);
    }

    @Test
    void nothingIsSentForNamespacesOfAnotherController() {
        args(objects.controllerPod, "--watch-single-namespace=other");

        assertThat(ask()).extracting(Finding::severity).containsOnly(Severity.UNKNOWN);
        assertThat(result("controller")).extracting(Finding::severity).containsOnly(Severity.OK);
        assertThat(requests).hasValue(0);
    }

    @Test
    void aReadyPodOfATenantDoesNotHideThatTheControllerIsDown() {
        waiting(objects.controllerPod, "CrashLoopBackOff", "back-off");
        objects.add(foreignPod(EVIL));

        assertThat(result("controller")).extracting(Finding::reason).containsExactly("ControllerDown");
    }

    @Test
    void namesTheNamespaceThatOnlyLabelsSuggest() {
        objects.add(foreignPod(EVIL));
        location = ControllerLocation.ofLabels(List.of(EVIL));

        assertThat(result("controller"))
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains("--controller-namespace=a-evil");
    }

    @Test
    void doesNotChooseBetweenSeveralNamespaces() {
        waiting(objects.controllerPod, "CrashLoopBackOff", "back-off");
        objects.add(foreignPod(EVIL));
        location = ControllerLocation.ofLabels(List.of(EVIL, SYSTEMS));

        assertThat(result("controller"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN))
                .satisfies(finding -> assertThat(finding.message()).contains("a-evil, arc-systems"));
    }

    @Test
    void nobodyIsAdvisedToBindATenantsAccountOrToDeleteListeners() {
        Pod evil = foreignPod(EVIL);
        evil.getSpec().setServiceAccountName("evil");
        objects.set.getMetadata().setAnnotations(Map.of(Annotations.CLEANUP_MANAGER_ROLE_BINDING, "manager"));
        objects.add(
                evil,
                new RoleBindingBuilder()
                        .withMetadata(metadata(RUNNERS, "manager", 9000))
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withNamespace(SYSTEMS)
                        .withName("arc")
                        .endSubject()
                        .build());
        location = ControllerLocation.ofLabels(List.of(EVIL));

        assertThat(result("permissions")).isEmpty();
        assertThat(result("listeners")).isEmpty();
    }

    private List<Finding> ask() {
        return result("GitHub");
    }

    private List<Finding> result(String check) {
        Snapshot snapshot = objects.builder().controller(location).build();
        return DoctorReport.withGitHub(snapshot, Map.of()).checks().stream()
                .filter(result -> result.check().equals(check))
                .findFirst()
                .orElseThrow()
                .findings();
    }

    /** With flags that would send the credentials of the namespace of the runners to the server. */
    private Pod foreignPod(String namespace) {
        Pod pod = pod(namespace, "fake", "manager");
        pod.getMetadata()
                .setLabels(new HashMap<>(
                        Map.of(Labels.PART_OF, "gha-rs-controller", Labels.COMPONENT, "controller-manager")));
        args(pod, "--credentials-namespace=%s=%s".formatted(EVIL, RUNNERS), "--allowed-github-hosts=" + host);
        ready(pod);
        return pod;
    }

    private static void args(Pod pod, String... args) {
        pod.getSpec().getContainers().getFirst().setArgs(List.of(args));
    }
}
