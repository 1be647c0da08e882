package io.github.arc4j.controller.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.cluster.CustomResources;
import io.github.arc4j.runtime.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CrdCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "apis/actions.github.com/v1alpha1";

    /** The schemas of the kinds that the API server publishes, by kind. */
    private final Map<String, ObjectNode> schemas = new HashMap<>();

    private final List<String> requests = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final CrdCheck check = new CrdCheck(this::get, JSON);
    private int hash;
    private int failure;

    CrdCheckTest() {
        check.onChange(() -> changes.add(check.problem()));
        for (JsonNode crd : CustomResources.DEFINITIONS) {
            schemas.put(
                    crd.at("/spec/names/kind").asText(),
                    crd.at("/spec/versions/0/schema/openAPIV3Schema").deepCopy());
        }
    }

    private @Nullable String get(String path) {
        requests.add(path);
        if (failure == 404) {
            return null; // as the client does
        }
        if (failure != 0) {
            throw new KubernetesClientException("no", failure, null);
        }
        if (path.equals("/openapi/v3")) {
            ObjectNode index = JSON.createObjectNode();
            index.withObject("/paths").putObject(GROUP).put("serverRelativeURL", "/openapi/v3/" + GROUP + "?h=" + hash);
            return index.toString();
        }
        ObjectNode document = JSON.createObjectNode();
        schemas.forEach((kind, schema) -> {
            ObjectNode published = schema.deepCopy();
            published
                    .putArray("x-kubernetes-group-version-kind")
                    .addObject()
                    .put("group", "actions.github.com")
                    .put("kind", kind)
                    .put("version", "v1alpha1");
            document.withObject("/components/schemas").set("com.github.actions.v1alpha1." + kind, published);
        });
        return document.toString();
    }

    private void remove(String kind, String part, String field) {
        ((ObjectNode) Objects.requireNonNull(schemas.get(kind)).at("/properties/" + part + "/properties"))
                .remove(field);
        hash++;
    }

    private Result reconcile() throws Exception {
        return check.reconcile(CrdCheck.REQUEST);
    }

    @Test
    void theChartsDefinitionsHaveEveryField() throws Exception {
        assertThat(reconcile()).isEqualTo(Result.after(CrdCheck.PERIOD));
        assertThat(check.problem()).isEmpty();
        assertThat(changes).isEmpty();
    }

    @Test
    void missingFieldsAreNamedWithTheirDefinition() throws Exception {
        remove("AutoscalingRunnerSet", "spec", "policy");
        remove("EphemeralRunner", "status", "conditions");

        assertThat(reconcile()).isEqualTo(Result.after(CrdCheck.PERIOD_WHILE_OUTDATED));
        assertThat(check.problem())
                .contains("autoscalingrunnersets.actions.github.com (lacks spec.policy)")
                .contains("ephemeralrunners.actions.github.com (lacks status.conditions)")
                .doesNotContain("autoscalinglisteners", "spec.policy.")
                .contains("kubectl apply --server-side");
    }

    @Test
    void aFieldWithinThePolicyIsCompared() throws Exception {
        ((ObjectNode) Objects.requireNonNull(schemas.get("AutoscalingRunnerSet"))
                        .at("/properties/spec/properties/policy/properties/retainFailed/properties"))
                .remove("for");

        reconcile();

        assertThat(check.problem()).contains("(lacks spec.policy.retainFailed.for)");
    }

    @Test
    void theEndOfTheProblemIsReported() throws Exception {
        remove("AutoscalingRunnerSet", "spec", "policy");
        ObjectNode outdated = Objects.requireNonNull(schemas.get("AutoscalingRunnerSet"));
        reconcile();
        schemas.put(
                "AutoscalingRunnerSet",
                CustomResources.DEFINITIONS
                        .getFirst()
                        .at("/spec/versions/0/schema/openAPIV3Schema")
                        .deepCopy());
        assertThat(schemas.get("AutoscalingRunnerSet")).isNotEqualTo(outdated);
        hash++;

        reconcile();

        assertThat(changes).hasSize(2).last().isEqualTo("");
    }

    @Test
    void anUnchangedDocumentIsNotReadAgain() throws Exception {
        reconcile();
        reconcile();
        assertThat(requests).hasSize(3);
    }

    /** Some clusters do not let every client read them. */
    @Test
    void withoutDocumentsNoProblemIsReported() throws Exception {
        for (int code : new int[] {403, 404}) {
            failure = code;
            assertThat(reconcile()).isEqualTo(Result.after(CrdCheck.PERIOD));
            assertThat(check.problem()).isEmpty();
        }
    }

    @Test
    void anotherFailureIsRetriedAndKeepsTheProblem() throws Exception {
        remove("AutoscalingRunnerSet", "spec", "policy");
        reconcile();
        failure = 503;

        assertThatThrownBy(this::reconcile).isInstanceOf(KubernetesClientException.class);
        assertThat(check.problem()).isNotEmpty();
    }
}
