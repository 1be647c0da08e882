package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.Labels;
import io.github.arc4j.cli.ArcMain;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.simulator.JobRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line tool with an API server, the controller, a listener and runners. */
class ArcTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String FAILING = "without-secret";

    @TempDir
    private static Path directory;

    private static EmbeddedStage stage;
    private static Path kubeconfig;

    @BeforeAll
    static void start() throws IOException {
        stage = EmbeddedStage.start(line -> {});
        stage.install();
        stage.createScaleSet(FAILING, stage.spec().githubConfigSecret("missing").build());
        createDeployment();
        kubeconfig = Files.writeString(
                directory.resolve("config"), """
                    apiVersion: v1
                    kind: Config
                    current-context: test
                    contexts: [{name: test, context: {cluster: test, user: test}}]
                    clusters: [{name: test, cluster: {server: "%s"}}]
                    users: [{name: test, user: {}}]
                    """.formatted(stage.kube().uri()));
    }

    /** The controller runs in this process; the tool looks for its Deployment, and for who may patch all scale sets. */
    private static void createDeployment() {
        Deployment deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(Stage.CONTROLLER_NAMESPACE)
                .withName("arc-gha-rs-controller")
                .addToLabels(Labels.PART_OF, "gha-rs-controller")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .endSelector()
                .withNewTemplate()
                .withNewSpec()
                .withServiceAccountName("arc")
                .addNewContainer()
                .withName("manager")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .withNewStatus()
                .withReadyReplicas(1)
                .endStatus()
                .build();
        stage.client().resource(deployment).create();
        stage.client().resource(deployment).updateStatus();
        stage.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("arc")
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups(ApiGroup.NAME)
                        .withResources("autoscalingrunnersets")
                        .withVerbs("patch")
                        .endRule()
                        .build())
                .create();
        stage.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("arc")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "arc")
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withNamespace(Stage.CONTROLLER_NAMESPACE)
                        .withName("arc")
                        .endSubject()
                        .build())
                .create();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void statusShowsHealthAndCauses() {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode sets = json("status").path("scaleSets");
            assertThat(sets.findValuesAsText("name")).containsExactly(Stage.SCALE_SET, FAILING);
            assertThat(sets.at("/0/health").asText()).isEqualTo("ok");
            assertThat(sets.at("/1/obstacle/step").asText()).isEqualTo("credentials valid");
            assertThat(sets.at("/1/obstacle/reason").asText()).isEqualTo("SecretMissing");
        });
    }

    @Test
    void whyFollowsAJobToItsRunner() {
        stage.gitHub()
                .queue(JobRequest.builder(Stage.SCALE_SET).duration(TIMEOUT).build(), 1);

        await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode runners = json("runners", Stage.SCALE_SET).path("runners");
            assertThat(runners.at("/0/state").asText()).isEqualTo("busy");
            JsonNode path = json("why", runners.at("/0/name").asText()).at("/paths/0");
            assertThat(path.at("/steps/7/name").asText()).isEqualTo("job started");
            assertThat(path.at("/steps/7/state").asText()).isEqualTo("DONE");
        });
    }

    @Test
    void doctorAsksGitHub() {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode checks = json("doctor", "--github").path("checks");
            assertThat(findings(checks, "GitHub"))
                    .anySatisfy(message -> assertThat(message).contains("scale set demo", "jobs assigned"));
            assertThat(findings(checks, "credentials"))
                    .containsExactly("the Secret arc-runners/missing does not exist");
        });
    }

    private static List<String> findings(JsonNode checks, String name) {
        return StreamSupport.stream(checks.spliterator(), false)
                .filter(check -> check.path("check").asText().equals(name))
                .flatMap(check -> check.path("findings").findValuesAsText("message").stream())
                .toList();
    }

    private static JsonNode json(String... args) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> connection = List.of("-o", "json", "--kubeconfig", kubeconfig.toString());
        String[] all = Stream.concat(Stream.of(args), connection.stream()).toArray(String[]::new);
        assertThat(ArcMain.run(new PrintWriter(out), new PrintWriter(err), all))
                .as(err.toString())
                .isLessThan(2);
        return new ObjectMapper().readTree(out.toString());
    }
}
