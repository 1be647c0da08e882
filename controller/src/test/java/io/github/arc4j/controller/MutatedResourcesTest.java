package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.controller.MutatedResources.Kind;
import io.github.arc4j.controller.MutatedResources.Mutated;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.ResourceStore.Part;
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
 * Objects of all four kinds that fit their schema but are nonsensical, with statuses and annotations that users can
 * write. None causes a reconcile to fail by a defect, or keeps another scale set from running its jobs.
 *
 * <p>{@code -Dmutations=10000} creates more of them, {@code -Dmutations.seed=N} repeats those of a failure.
 */
class MutatedResourcesTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 600);
    private static final int AT_A_TIME = 200;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String HEALTHY = "healthy";
    private static final String TENANT = "tenant";

    private final ControllerFixture fixture = new ControllerFixture();
    private final long seed = Long.getLong("mutations.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private MutatedResources mutations;
    private TestListener listener;

    /** A scale set of another tenant, whose ID the mutated objects use too, and an unrelated one. */
    @BeforeEach
    void createScaleSets() {
        Secret credentials = ControllerFixture.credentials("sim-pat");
        credentials.getMetadata().setName(TENANT);
        fixture.client.resource(credentials).create();
        fixture.createScaleSet(TENANT, spec -> spec.githubConfigUrl(url()).githubConfigSecret(TENANT));
        fixture.createScaleSet(HEALTHY);
        await().atMost(LIMIT).until(() -> fixture.runnerSet(TENANT) != null && fixture.runnerSet(HEALTHY) != null);
        listener = new TestListener(fixture, HEALTHY, id(HEALTHY), 5);
        mutations = new MutatedResources(random, NAMESPACE, CONTROLLER_NAMESPACE, url(), TENANT, id(TENANT));
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

    private void createMutation() {
        Mutated mutated = mutations.next();
        ResourceStore kind = resources(mutated.kind());
        if (isAccepted(() -> kind.create(mutated.namespace(), mutated.object())) && random.nextInt(3) == 0) {
            isAccepted(() -> kind.patch(mutated.namespace(), mutated.name(), Part.STATUS, stored -> {
                mutations.mutateStatus(mutated.kind(), stored);
                return stored;
            }));
        }
    }

    /** Whether a write fits the schema. The controller may have written first. */
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
            MutatedResources.KINDS.forEach(kind -> mutated(kind).forEach(object -> remove(kind, object)));
            assertThat(MutatedResources.KINDS)
                    .allSatisfy(kind -> assertThat(mutated(kind)).isEmpty());
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
                .filter(object -> object.metadata().path("labels").has(MutatedResources.LABEL))
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
    void noMutationCausesADefectOrAffectsAnotherScaleSet() throws Exception {
        for (int number = 0; number < MUTATIONS; ) {
            for (int end = Math.min(MUTATIONS, number + AT_A_TIME); number < end; number++) {
                createMutation();
            }
            theHealthyScaleSetDoesAJob();
            assertThat(panics())
                    .as("passes that failed by a defect; repeat with -Dmutations.seed=%d", seed)
                    .isZero();
            assertThat(fixture.client.v1().events().inAnyNamespace().list().getItems())
                    .as("Events; repeat with -Dmutations.seed=%d", seed)
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.getMessage()).isNotBlank());
            removeMutations();
        }
        theHealthyScaleSetDoesAJob();
    }

    @Test
    void aKeyOfAnyLengthDoesNotPreventReadingOtherObjects() throws Exception {
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
