package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Crds;
import io.github.arc4j.kube.store.ApiException;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.ResourceStore.Part;
import io.github.arc4j.kube.store.StoredObject;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Objects that fit their schema and make no sense, in all four kinds, with statuses and annotations that a user may write
 * as well. None makes a pass fail by a defect, or keeps another scale set from doing its jobs.
 *
 * <p>{@code -Dmutations=10000} lets there be more of them, {@code -Dmutations.seed=N} repeats those of a failure.
 */
class MutatedResourcesTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 600);
    private static final int AT_A_TIME = 200;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String HEALTHY = "healthy";
    private static final String TENANT = "tenant";

    private static final List<String> ANNOTATIONS = List.of(
            Annotations.RUNNER_SCALE_SET_ID,
            Annotations.RUNNER_SCALE_SET_NAME,
            Annotations.RUNNER_GROUP_NAME,
            Annotations.REGISTERED_CONFIG_URL,
            Annotations.INTEGRITY_HASH,
            Annotations.LISTENER_CONFIG_HASH,
            Annotations.PATCH_ID,
            Annotations.COMPLETED_RUNNERS,
            Annotations.RUNNER_ID,
            Annotations.FORCE_DELETE,
            Annotations.VALUES_HASH,
            Annotations.CLEANUP_MANAGER_ROLE,
            Annotations.LEGACY_RUNNER_SPEC_HASH);

    private final ControllerFixture fixture = new ControllerFixture();
    private final ObjectMapper json = new ObjectMapper();
    private final long seed = Long.getLong("mutations.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SchemaMutations mutations = new SchemaMutations(random);
    private final List<Kind> kinds =
            Crds.load().stream().map(Crds.Crd::json).map(Kind::of).toList();
    private TestListener listener;

    private record Kind(String name, String plural, JsonNode schema) {
        static Kind of(JsonNode crd) {
            return new Kind(
                    crd.at("/spec/names/kind").asText(),
                    crd.at("/spec/names/plural").asText(),
                    crd.at("/spec/versions/0/schema/openAPIV3Schema/properties"));
        }

        String namespace() {
            return name.equals("AutoscalingListener") ? CONTROLLER_NAMESPACE : NAMESPACE;
        }
    }

    /** One of another tenant, whose id the mutated objects use as well, and one that has nothing to do with them. */
    @BeforeEach
    void createScaleSets() {
        Secret credentials = ControllerFixture.credentials("sim-pat");
        credentials.getMetadata().setName(TENANT);
        fixture.client.resource(credentials).create();
        fixture.createScaleSet(TENANT, spec -> spec.githubConfigUrl(url()).githubConfigSecret(TENANT));
        fixture.createScaleSet(HEALTHY);
        await().atMost(LIMIT).until(() -> fixture.runnerSet(TENANT) != null && fixture.runnerSet(HEALTHY) != null);
        listener = new TestListener(fixture, HEALTHY, id(HEALTHY), 5);
    }

    private String url() {
        return fixture.github.configUrl("tenant/repo");
    }

    private int id(String scaleSet) {
        return fixture.github.scaleSets().stream()
                .filter(set -> set.name().equals(scaleSet))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        fixture.close();
    }

    private ObjectNode valid(Kind kind) throws Exception {
        String access = "\"githubConfigUrl\": \"%s\", \"githubConfigSecret\": \"%s\"".formatted(url(), TENANT);
        String pod =
                "{\"restartPolicy\": \"Never\", \"containers\": [{\"name\": \"runner\", \"image\": \"runner:1\"}]}";
        String runnerSpec = """
                {%s, "runnerScaleSetId": %d, "spec": %s,
                 "proxy": {"https": {"url": "http://127.0.0.1:1"}},
                 "githubServerTLS": {"certificateFrom": {"configMapKeyRef": {"name": "ca", "key": "ca.crt"}}}}
                """.formatted(access, id(TENANT), pod);
        String spec = switch (kind.name()) {
            case "AutoscalingRunnerSet" -> """
                {%s, "minRunners": 0, "maxRunners": 2, "template": {"metadata": {}, "spec": %s},
                 "listenerTemplate": {"spec": {"containers": [{"name": "listener"}]}}}
                """.formatted(access, pod);
            case "AutoscalingListener" -> """
                {%s, "runnerScaleSetId": %d, "maxRunners": 2, "image": "listener:1", "imagePullSecrets": [],
                 "autoscalingRunnerSetNamespace": "%s", "autoscalingRunnerSetName": "no-such-set",
                 "ephemeralRunnerSetName": "no-such-set"}
                """.formatted(access, id(TENANT), NAMESPACE);
            case "EphemeralRunnerSet" -> "{\"replicas\": 1, \"ephemeralRunnerSpec\": " + runnerSpec + "}";
            default -> runnerSpec;
        };
        ObjectNode object = json.createObjectNode();
        object.put("apiVersion", "actions.github.com/v1alpha1");
        object.put("kind", kind.name());
        object.set("spec", json.readTree(spec));
        return object;
    }

    private void createMutation(int number) throws Exception {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        String name = "m-" + number;
        ObjectNode object = valid(kind);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            mutations.mutate((ObjectNode) object.path("spec"), kind.schema().path("spec"));
        }
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("test", "mutated");
        if (random.nextInt(3) == 0) {
            metadata.putObject("annotations")
                    .put(ANNOTATIONS.get(random.nextInt(ANNOTATIONS.size())), mutations.text());
        }
        if (isAccepted(() -> resources(kind).create(kind.namespace(), object)) && random.nextInt(3) == 0) {
            isAccepted(() ->
                    resources(kind).patch(kind.namespace(), name, Part.STATUS, stored -> mutateStatus(kind, stored)));
        }
    }

    private ObjectNode mutateStatus(Kind kind, ObjectNode object) {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutations.mutate(object.withObjectProperty("status"), kind.schema().path("status"));
        }
        return object;
    }

    /** Whether a write fits the schema. The controller may have been there first. */
    private static boolean isAccepted(Runnable write) {
        try {
            write.run();
            return true;
        } catch (ApiException e) {
            assertThat(e.code()).as("%s", e.getMessage()).isIn(404, 409, 422);
            return false;
        }
    }

    private ResourceStore resources(Kind kind) {
        return fixture.kube.store().resource(kind.plural());
    }

    private void theHealthyScaleSetDoesAJob() throws Exception {
        long job = fixture.github.queueJob(JobRequest.of(HEALTHY));
        fixture.github.await(
                now -> now.jobs().stream().anyMatch(one -> one.id() == job && "succeeded".equals(one.result())), LIMIT);
    }

    private void removeMutations() {
        await().atMost(LIMIT).untilAsserted(() -> {
            kinds.forEach(kind -> mutated(kind).forEach(object -> remove(kind, object)));
            assertThat(kinds).allSatisfy(kind -> assertThat(mutated(kind)).isEmpty());
        });
    }

    private void remove(Kind kind, StoredObject object) {
        isAccepted(() -> resources(kind).delete(object.namespace(), object.name(), DeleteOptions.DEFAULT));
        isAccepted(() -> resources(kind).patch(object.namespace(), object.name(), Part.OBJECT, stored -> {
            stored.withObjectProperty("metadata").remove("finalizers");
            return stored;
        }));
    }

    private List<StoredObject> mutated(Kind kind) {
        return resources(kind).list().stream()
                .filter(object -> object.metadata().at("/labels/test").asText().equals("mutated"))
                .toList();
    }

    private double panics() {
        return Collections.list(fixture.metrics()
                        .filteredMetricFamilySamples(Set.of("controller_runtime_reconcile_panics_total")))
                .stream()
                .flatMap(family -> family.samples.stream())
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    @Test
    void noneMakesAPassFailByADefectOrHoldsUpAnotherScaleSet() throws Exception {
        for (int number = 0; number < MUTATIONS; ) {
            for (int end = Math.min(MUTATIONS, number + AT_A_TIME); number < end; number++) {
                createMutation(number);
            }
            theHealthyScaleSetDoesAJob();
            assertThat(panics())
                    .as("passes that failed by a defect; repeat with -Dmutations.seed=%d", seed)
                    .isZero();
            removeMutations();
        }
        theHealthyScaleSetDoesAJob();
    }

    @Test
    void aKeyOfAnyLengthKeepsNoOtherObjectFromBeingRead() throws Exception {
        fixture.createScaleSet(
                "long-key",
                spec -> spec.template(new PodTemplateSpecBuilder(ControllerFixture.template("a"))
                        .editSpec()
                        .addToNodeSelector("x".repeat(100_000), "y")
                        .endSpec()
                        .build()));
        fixture.restartController();
        fixture.createScaleSet("next");
        await().atMost(LIMIT).until(() -> fixture.runnerSet("next") != null);
        theHealthyScaleSetDoesAJob();
    }
}
