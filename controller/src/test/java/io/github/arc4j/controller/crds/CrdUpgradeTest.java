package io.github.arc4j.controller.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.cluster.CustomResources;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.TestKube;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrdUpgradeTest {
    private static final String CRDS = "customresourcedefinitions";
    private static final String RUNNER_SETS = "autoscalingrunnersets.actions.github.com";
    private static final String POLICY = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/policy";

    private final TestKube kube = new TestKube(EmbeddedKube.builder()
            .resource("apiextensions.k8s.io", "v1", CRDS, "CustomResourceDefinition", false, false));

    @AfterEach
    void stop() {
        kube.close();
    }

    private void upgrade() {
        new CrdUpgrade(kube.api).run();
    }

    private JsonNode live(String name) {
        return kube.server.store().resource(CRDS).get("", name).json();
    }

    private static ObjectNode definitionOfRunnerSets() {
        return CustomResources.DEFINITIONS.getFirst().deepCopy();
    }

    private static ObjectNode properties(ObjectNode crd, String part) {
        return (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/" + part)
                .path("properties");
    }

    private JsonNode create(ObjectNode crd) {
        return kube.server.store().resource(CRDS).create("", crd).json();
    }

    private ObjectNode outdated() {
        ObjectNode crd = definitionOfRunnerSets();
        properties(crd, "spec").remove("policy");
        properties(crd, "status").remove("conditions");
        return crd;
    }

    private long patches() {
        return kube.requests("patch", CRDS);
    }

    @Test
    void missingDefinitionsAreCreated() {
        upgrade();

        assertThat(CustomResources.DEFINITIONS)
                .allSatisfy(wanted -> assertThat(
                                live(wanted.at("/metadata/name").asText()).path("spec"))
                        .isEqualTo(wanted.path("spec")));
    }

    @Test
    void anOutdatedDefinitionIsUpgradedInPlaceAndKeepsItsOwner() {
        ObjectNode outdated = outdated();
        outdated.withObject("/metadata/annotations").put("meta.helm.sh/release-name", "another");
        JsonNode before = create(outdated);

        upgrade();

        assertThat(live(RUNNER_SETS).path("spec"))
                .isEqualTo(definitionOfRunnerSets().path("spec"));
        assertThat(live(RUNNER_SETS).at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
        assertThat(live(RUNNER_SETS).at("/metadata/annotations")).isEqualTo(before.at("/metadata/annotations"));
    }

    /** Otherwise, the API server would drop their values from all objects. */
    @Test
    void fieldsOfANewerVersionAreKept() {
        ObjectNode newer = outdated();
        properties(newer, "spec").putObject("future").put("type", "string");
        create(newer);

        upgrade();

        JsonNode live = live(RUNNER_SETS);
        assertThat(live.at(POLICY).isObject()).isTrue();
        assertThat(live.at(POLICY.replace("policy", "future/type")).asText()).isEqualTo("string");
    }

    @Test
    void anotherVersionOfTheApiIsKept() {
        ObjectNode newer = outdated();
        ((ObjectNode) newer.withArray("/spec/versions").insertObject(0)).put("name", "v1beta1");
        create(newer);

        upgrade();

        assertThat(live(RUNNER_SETS).at("/spec/versions")).hasSize(2);
        assertThat(live(RUNNER_SETS)
                        .at(POLICY.replace("versions/0", "versions/1"))
                        .isObject())
                .isTrue();
    }

    @Test
    void upToDateDefinitionsAreNotWritten() {
        upgrade();
        long before = patches();

        upgrade();

        assertThat(patches()).isEqualTo(before);
    }

    @Test
    void aConflictIsResolvedByReadingAgain() {
        CustomResources.DEFINITIONS.stream()
                .skip(1)
                .map(JsonNode::<ObjectNode>deepCopy)
                .forEach(this::create);
        create(outdated());
        kube.server.faults().inject(Fault.on("patch", CRDS).answer(409));

        upgrade();

        assertThat(live(RUNNER_SETS).at(POLICY).isObject()).isTrue();
        assertThat(patches()).isEqualTo(2);
    }

    /** The chart's Job reports it, and Helm then upgrades nothing. */
    @Test
    void aRefusedWriteIsAnError() {
        create(outdated());
        kube.server.faults().inject(Fault.on("patch", CRDS).always().answer(403));

        assertThatThrownBy(this::upgrade).isInstanceOf(KubernetesClientException.class);
    }
}
