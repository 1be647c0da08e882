package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner set's chart discovers the service account of the controller that serves its namespace by the labels of the
 * installed Deployments.
 */
class DiscoveryTest {

    private static final String NAME = "actions.github.com/controller-service-account-name";
    private static final String NAMESPACE = "actions.github.com/controller-service-account-namespace";
    private static final String WATCHES = "actions.github.com/controller-watch-single-namespace";
    private static final String ADVICE = "onsider setting controllerServiceAccount.name in values.yaml to be explicit"
            + " if you think the discovery is wrong.";

    @TempDir
    private Path folder;

    private FakeCluster cluster;

    @BeforeEach
    void startCluster() throws IOException {
        cluster = FakeCluster.start();
    }

    @AfterEach
    void stopCluster() throws IOException {
        cluster.close();
    }

    @Test
    void findsTheControllerOfAllNamespaces() throws IOException {
        deployments(Map.of("app.kubernetes.io/part-of", "other"), Map.of(), controller("arc", "arc-system"));

        assertThat(boundAccount("{}")).isEqualTo("arc-system/arc");
    }

    @Test
    void findsTheControllerOfItsNamespace() throws IOException {
        deployments(
                controller("one", "system", WATCHES, "other"),
                controller("two", "system", WATCHES, Release.DEFAULT.namespace()));

        assertThat(boundAccount("{}")).isEqualTo("system/two");
        assertThat(boundAccount("namespaceOverride: other")).isEqualTo("system/one");
    }

    @Test
    void usesTheValuesAndDiscoversTheRest() throws IOException {
        deployments(controller("arc", "arc-system"));

        assertThat(boundAccount("controllerServiceAccount: {name: mine}")).isEqualTo("arc-system/mine");
        assertThat(boundAccount("controllerServiceAccount: {namespace: mine}")).isEqualTo("mine/arc");
    }

    @Test
    void reportsThatThereIsNoController() {
        deployments(Map.of("app.kubernetes.io/part-of", "other"));

        assertFails("No gha-rs-controller deployment found using label (app.kubernetes.io/part-of=gha-rs-controller). C"
                + ADVICE);
    }

    @Test
    void reportsThatThereAreSeveralControllers() {
        deployments(controller("one", "system"), controller("two", "system"));

        assertFails("More than one gha-rs-controller deployment found using label"
                + " (app.kubernetes.io/part-of=gha-rs-controller). C"
                + ADVICE);
    }

    @Test
    void reportsControllersOfBothKinds() {
        deployments(controller("one", "system"), controller("two", "system", WATCHES, Release.DEFAULT.namespace()));

        assertFails("Found both gha-rs-controller installed with flags.watchSingleNamespace set and unset in cluster,"
                + " this is not supported. C" + ADVICE);
    }

    /** Whoever may create a Deployment may label it, to be given the permissions of the manager Role. */
    @Test
    void reportsThatSeveralControllersServeTheNamespace() throws IOException {
        deployments(
                controller("one", "system", WATCHES, Release.DEFAULT.namespace()),
                controller("two", "tenant", WATCHES, Release.DEFAULT.namespace()),
                controller("three", "system", WATCHES, "other"));

        assertFails("More than one gha-rs-controller deployment that watches this namespace found using label ("
                + WATCHES + "=" + Release.DEFAULT.namespace() + "). C" + ADVICE);
        assertThat(boundAccount("namespaceOverride: other")).isEqualTo("system/three");
        assertThat(boundAccount("controllerServiceAccount: {namespace: system, name: one}"))
                .isEqualTo("system/one");
    }

    @Test
    void reportsThatNoControllerServesTheNamespace() {
        deployments(controller("one", "system", WATCHES, "other"));

        assertFails("No gha-rs-controller deployment that watch this namespace found using label (" + WATCHES + "). C"
                + ADVICE);
    }

    @Test
    void reportsThatTheControllerHasNoServiceAccount() {
        deployments(Map.of("app.kubernetes.io/part-of", "gha-rs-controller", NAMESPACE, "system"));

        assertFails("No service account name found for gha-rs-controller deployment using label (" + NAME + "), c"
                + ADVICE);
    }

    @Test
    void reportsThatTheServiceAccountHasNoNamespace() {
        deployments(Map.of("app.kubernetes.io/part-of", "gha-rs-controller", NAME, "arc"));

        assertFails("No service account namespace found for gha-rs-controller deployment using label (" + NAMESPACE
                + "), c" + ADVICE.replace(".name ", ".namespace "));
    }

    @Test
    void skipsDiscoveryIfBothValuesAreSet() throws IOException {
        String both = "controllerServiceAccount: {namespace: mine, name: arc}";

        deployments();
        assertThat(boundAccount(both)).isEqualTo("mine/arc");
        deployments(controller("one", "system"), controller("two", "system"));
        assertThat(boundAccount(both)).isEqualTo("mine/arc");
    }

    /** Their Deployments are in the controller's namespace. */
    @Test
    void ignoresSharedListeners() throws IOException {
        List<Map<String, String>> labels = new GoldenCase(Chart.CONTROLLER, "shared-listeners")
                .render().ofKind("Deployment").stream()
                        .map(deployment -> deployment.at("/metadata/labels").properties().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        label -> label.getValue().asText())))
                        .toList();
        cluster.deployments(labels);

        assertThat(labels).hasSize(2);
        assertThat(boundAccount("{}")).isEqualTo("ci/demo-gha-rs-controller");
    }

    /** Namespace and name of the service account that the manager Role is bound to. */
    private String boundAccount(String values) throws IOException {
        JsonNode subject = render(values).object("RoleBinding").at("/subjects/0");
        return subject.path("namespace").asText() + "/" + subject.path("name").asText();
    }

    private void assertFails(String message) {
        assertThatThrownBy(() -> render("{}")).hasMessageContaining("): " + message);
    }

    private Rendering render(String values) throws IOException {
        Path required = Files.writeString(folder.resolve("required.yaml"), """
                githubConfigUrl: https://github.com/actions
                githubConfigSecret: github
                """);
        return Chart.RUNNER_SET.render(
                Release.DEFAULT, required, Files.writeString(folder.resolve("values.yaml"), values));
    }

    private static Map<String, String> controller(String account, String namespace, String... more) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("app.kubernetes.io/part-of", "gha-rs-controller");
        labels.put(NAME, account);
        labels.put(NAMESPACE, namespace);
        for (int i = 0; i < more.length; i += 2) {
            labels.put(more[i], more[i + 1]);
        }
        return labels;
    }

    /** Sets the Deployments of the cluster, given by their labels. */
    @SafeVarargs
    private void deployments(Map<String, String>... labels) {
        cluster.deployments(Arrays.asList(labels));
    }
}
