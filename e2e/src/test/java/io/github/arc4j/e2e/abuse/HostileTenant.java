package io.github.arc4j.e2e.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.MutatedResources;
import io.github.arc4j.controller.MutatedResources.Kind;
import io.github.arc4j.controller.MutatedResources.Mutated;
import io.github.arc4j.demo.stage.Stage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tenant who writes what the API server accepts and nobody needs. {@code -Dmutations=10000} lets there be more of it,
 * {@code -Dmutations.seed=N} repeats that of a failure.
 */
final class HostileTenant {
    private static final Logger log = LoggerFactory.getLogger(HostileTenant.class);
    private static final int MUTATIONS = Integer.getInteger("mutations", 300);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PODS = 5;

    /** What is added to the spec of a valid scale set: with a hostile text where it says so. */
    private static final List<String> SPECS = List.of(
            "{\"githubConfigUrl\": %s}",
            "{\"githubConfigSecret\": %s}",
            "{\"runnerGroup\": %s}",
            "{\"runnerScaleSetName\": %s}",
            "{\"proxy\": {\"http\": {\"url\": %s}}}",
            "{\"githubServerTLS\": {\"certificateFrom\": {\"configMapKeyRef\": {\"name\": %1$s, \"key\": %1$s}}}}",
            "{\"template\": {\"metadata\": {\"labels\": {\"key\": %s}}}, \"minRunners\": 1}",
            "{\"listenerTemplate\": {\"spec\": {\"containers\": [{\"name\": \"listener\", \"image\": %s}]}}}",
            "{\"listenerMetrics\": {\"counters\": {\"gha_started_jobs_total\": {\"labels\": [%s]}}}}");

    /** As long as the controller reads it; some have the text twice, and characters of which JSON makes six. */
    private static final int LONGEST = 60 * 1024;

    /** The API server takes objects of up to 1.5 MiB. */
    private static final int LARGEST = 1_400_000;

    /** In memory, all fields of a role take seven times as much as its text: together more than the controller may use. */
    private static final int LARGE_ROLES = 40;

    private static final int LARGE_SCALE_SETS = 3;

    private static final Kind RUNNER_SETS = MutatedResources.KINDS.stream()
            .filter(kind -> kind.name().equals("AutoscalingRunnerSet"))
            .findFirst()
            .orElseThrow();

    private final KubernetesClient client;
    private final RawApi api;
    private final AutoscalingRunnerSet valid;
    private final String namespace;
    private final String name;
    private final ObjectMapper json = new ObjectMapper();

    /** @param valid a scale set of the tenant's that works */
    HostileTenant(KubernetesClient client, AutoscalingRunnerSet valid) {
        this.client = client;
        this.valid = valid;
        this.api = new RawApi(client);
        this.namespace = valid.getMetadata().getNamespace();
        this.name = valid.getMetadata().getName();
    }

    /** Keeps the node from being full of pods without use, as an operator would do. */
    void limitPods() {
        limitPods(namespace, PODS);
        int there = client.pods()
                .inNamespace(Stage.CONTROLLER_NAMESPACE)
                .list()
                .getItems()
                .size();
        limitPods(Stage.CONTROLLER_NAMESPACE, there + PODS);
    }

    private void limitPods(String where, int pods) {
        client.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withNamespace(where)
                        .withName("pods")
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("pods", Quantity.parse(Integer.toString(pods)))
                        .endSpec()
                        .build())
                .create();
    }

    /** Creates scale sets with hostile texts, and waits until the controller has said something to each. */
    void createHostileTexts() throws JsonProcessingException {
        String text = json.writeValueAsString(HostileText.of(LONGEST));
        for (int number = 0; number < SPECS.size(); number++) {
            ObjectNode object = api.get(RUNNER_SETS, namespace, name);
            object.withObjectProperty("spec").remove("runnerScaleSetName");
            json.readerForUpdating(object.path("spec"))
                    .readValue(SPECS.get(number).formatted(text));
            object.putObject("metadata").put("name", "hostile-" + number).put("namespace", namespace);
            api.create(RUNNER_SETS, object);
        }
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> StreamSupport.stream(
                                api.list(RUNNER_SETS, namespace).spliterator(), false)
                        .noneMatch(set -> set.at("/status/conditions").isEmpty()));
    }

    /** Creates objects as large as the API server takes, of kinds that the controller keeps in memory. */
    void createLargeObjects() {
        PolicyRule rule = new PolicyRuleBuilder()
                .withApiGroups("")
                .withResources("pods")
                .withVerbs("get")
                .build();
        List<PolicyRule> rules = Collections.nCopies(LARGEST / 60, rule);
        String role = Serialization.asJson(new RoleBuilder()
                .withNewMetadata()
                .withName("NAME")
                .endMetadata()
                .withRules(rules)
                .build());
        String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/roles";
        for (int number = 0; number < LARGE_ROLES; number++) {
            client.raw(roles, "POST", role.replace("NAME", "large-" + number));
        }
        for (int number = 0; number < LARGE_SCALE_SETS; number++) {
            ObjectNode object = api.get(RUNNER_SETS, namespace, name);
            ArrayNode tolerations = object.withObject("/spec/template/spec").putArray("tolerations");
            for (int i = 0; i < LARGEST / 4; i++) {
                tolerations.addObject();
            }
            object.putObject("metadata").put("name", "large-" + number).put("namespace", namespace);
            api.create(RUNNER_SETS, object);
        }
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(api.list(RUNNER_SETS, namespace))
                        .filteredOn(set ->
                                set.path("status").findValuesAsText("reason").contains("SpecTooLarge"))
                        .hasSize(LARGE_SCALE_SETS));
    }

    /** Creates mutated objects. */
    void createMutations(int scaleSetId) {
        long seed = Long.getLong("mutations.seed", System.nanoTime());
        log.info("To repeat: -Dmutations.seed={}", seed);
        Random random = new Random(seed);
        MutatedResources mutations = new MutatedResources(
                random,
                namespace,
                Stage.CONTROLLER_NAMESPACE,
                valid.getSpec().githubConfigUrl(),
                valid.getSpec().githubConfigSecret(),
                scaleSetId);
        int accepted = 0;
        for (int number = 0; number < MUTATIONS; number++) {
            Mutated mutated = mutations.next();
            if (isAccepted(() -> api.create(mutated.kind(), mutated.object()))) {
                accepted++;
                if (random.nextInt(3) == 0) {
                    isAccepted(() -> mutateStatus(mutations, mutated));
                }
            }
        }
        assertThat(accepted).as("mutations that the API server accepts").isGreaterThan(MUTATIONS / 2);
    }

    private void mutateStatus(MutatedResources mutations, Mutated mutated) {
        ObjectNode stored = api.get(mutated.kind(), mutated.namespace(), mutated.name());
        mutations.mutateStatus(mutated.kind(), stored);
        api.replaceStatus(mutated.kind(), stored);
    }

    /** Whether a write fits the schema. The controller may have been there first. */
    private static boolean isAccepted(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as(e.getMessage()).isIn(400, 404, 409, 422);
            return false;
        }
    }
}
