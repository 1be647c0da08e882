package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatusBuilder;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.FakeGitHub;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.controller.uninstall.UninstallReport;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The scale set "set", reconcile by reconcile. Its listener is not reconciled: tests play that role. */
final class ScaleSetFixture implements AutoCloseable {
    static final String NAME = "set";
    static final String TENANT = "tenant";
    static final String URL = "https://github.com/org/repo";
    static final ConnectionException NO_ROUTE = new ConnectionException("no route", ErrorDetails.NONE, null);
    /** Earlier requests have failed so often that no request is sent. */
    static final CallNotPermittedException NOT_SENT = new CallNotPermittedException("not sent", ErrorDetails.NONE);

    final ReconcilerFixture runners;
    final FakeGitHub github;

    ScaleSetFixture() {
        this(UpdateStrategy.IMMEDIATE);
    }

    ScaleSetFixture(UpdateStrategy updateStrategy) {
        runners = new ReconcilerFixture(updateStrategy);
        github = runners.github;
    }

    /** A scale set that already exists on GitHub. */
    RunnerScaleSet existing(String name, int group) {
        return github.createScaleSet(RunnerScaleSet.builder()
                .name(name)
                .runnerGroupId(group)
                .labels(List.of(Label.system("former")))
                .build());
    }

    AutoscalingRunnerSet create() {
        return create(NAME, UnaryOperator.identity());
    }

    AutoscalingRunnerSet create(String name, UnaryOperator<AutoscalingRunnerSetSpecBuilder> change) {
        return create(name, change, metadata -> {});
    }

    AutoscalingRunnerSet create(
            String name,
            UnaryOperator<AutoscalingRunnerSetSpecBuilder> change,
            Consumer<AutoscalingRunnerSet> metadata) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setName(name);
        set.getMetadata().setNamespace(NAMESPACE);
        set.getMetadata().setLabels(new HashMap<>(Map.of("app.kubernetes.io/version", ReconcilerFixture.VERSION)));
        set.setSpec(change.apply(AutoscalingRunnerSetSpec.builder()
                        .githubConfigUrl(URL)
                        .githubConfigSecret("github")
                        .template(ControllerFixture.template("runner:1")))
                .build());
        metadata.accept(set);
        return runners.client.resource(set).create();
    }

    /** A scale set of another tenant, in the namespace {@link #TENANT}. */
    AutoscalingRunnerSet createOfTenant(
            UnaryOperator<AutoscalingRunnerSetSpecBuilder> change, Map<String, String> annotations) {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(TENANT)
                .endMetadata()
                .build();
        runners.client.resource(namespace).createOr(NonDeletingOperation::update);
        return create(NAME, change, set -> {
            set.getMetadata().setNamespace(TENANT);
            set.getMetadata().setAnnotations(annotations);
        });
    }

    Result passOfTenant() throws Exception {
        return runners.reconcileScaleSet(TENANT, NAME);
    }

    AutoscalingRunnerSet setOfTenant() {
        return runners.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(TENANT)
                .withName(NAME)
                .get();
    }

    void createAndSettle() throws Exception {
        create();
        settle();
    }

    /** An object that was annotated before the controller saw it. */
    AutoscalingRunnerSet createAnnotated(Map<String, String> annotations) {
        return create(NAME, UnaryOperator.identity(), set -> set.getMetadata().setAnnotations(annotations));
    }

    Result pass() throws Exception {
        return runners.reconcileScaleSet(NAME);
    }

    /** Passes until nothing is written any more. */
    void settle() throws Exception {
        String before = versions();
        for (int i = 0; i < 10; i++) {
            pass();
            String after = versions();
            if (after.equals(before)) {
                return;
            }
            before = after;
        }
        throw new AssertionError("never settles");
    }

    /** The resource versions, which any write would change. */
    String versions() {
        return runners.kube.version();
    }

    void edit(UnaryOperator<AutoscalingRunnerSetSpecBuilder> change) {
        editObject(set -> set.setSpec(change.apply(set.getSpec().toBuilder()).build()));
    }

    void editObject(Consumer<AutoscalingRunnerSet> change) {
        AutoscalingRunnerSet live = set();
        change.accept(live);
        runners.client.resource(live).update();
    }

    void annotate(String key, String value) {
        editObject(set -> {
            Map<String, String> annotations = new HashMap<>(annotations(set));
            annotations.put(key, value);
            set.getMetadata().setAnnotations(annotations);
        });
    }

    static Map<String, String> annotations(AutoscalingRunnerSet set) {
        return Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.of());
    }

    AutoscalingRunnerSet set() {
        return set(NAME);
    }

    AutoscalingRunnerSet set(String name) {
        return Objects.requireNonNull(find(name), name);
    }

    @Nullable AutoscalingRunnerSet find(String name) {
        return runners.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    AutoscalingRunnerSetStatus status() {
        return set().getStatus();
    }

    Condition condition(String type) {
        return Conditions.find(status().conditions(), type).orElseThrow();
    }

    /** Status and reason of a condition. */
    String conditionOf(String type) {
        return conditionOf(set(), type);
    }

    /** The same of any set; empty if it has no such condition. */
    static String conditionOf(AutoscalingRunnerSet set, String type) {
        return set.getStatus() == null
                ? ""
                : Conditions.find(set.getStatus().conditions(), type)
                        .map(condition -> condition.getStatus() + " " + condition.getReason())
                        .orElse("");
    }

    int id() {
        return Integer.parseInt(annotations(set()).getOrDefault("runner-scale-set-id", "0"));
    }

    RunnerScaleSet atGitHub() {
        return Objects.requireNonNull(github.scaleSets.get(id()));
    }

    void delete() {
        runners.client.resource(set()).delete();
    }

    /** Deletes the scale set; everything is reconciled, and its listeners end. */
    void deleteAndEndListeners() throws Exception {
        delete();
        passOfAll(Duration.ZERO);
        listenersEnd();
    }

    @Nullable EphemeralRunnerSet findRunnerSet() {
        return runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .get();
    }

    EphemeralRunnerSet runnerSet() {
        return Objects.requireNonNull(findRunnerSet());
    }

    void editRunnerSet(UnaryOperator<EphemeralRunnerSet> change) {
        runners.client.resource(change.apply(runnerSet())).update();
    }

    void runnerSetReports(UnaryOperator<EphemeralRunnerSetStatusBuilder> change) {
        EphemeralRunnerSet live = runnerSet();
        live.setStatus(change.apply(EphemeralRunnerSetStatus.EMPTY.toBuilder()).build());
        runners.client.resource(live).updateStatus();
    }

    List<EphemeralRunner> runners() {
        return runners.runners();
    }

    List<AutoscalingListener> listeners() {
        return runners.client
                .resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER_NAMESPACE)
                .list()
                .getItems();
    }

    AutoscalingListener listener() {
        List<AutoscalingListener> all = listeners();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " listeners");
        }
        return all.getFirst();
    }

    /** As the listener's reconciler writes it. */
    void listenerIs(boolean ready, String reason) {
        AutoscalingListener listener = listener();
        listener.setStatus(new AutoscalingListenerStatus(
                TestConditions.with(
                        List.of(), Conditions.READY, ready, reason, "as the test says", null, Instant.now()),
                listener.getMetadata().getGeneration(),
                null));
        runners.client.resource(listener).updateStatus();
    }

    /** The controller was uninstalled. Later reconciles are those of a new one. */
    void controllerIsUninstalled() {
        try (KubernetesApi api = runners.kube.connect("report")) {
            new UninstallReport(api, Set.of(), (object, type, reason, message) -> {}, Clock.systemUTC()).send();
        }
    }

    /** Completes the deletion of listeners that are being deleted. */
    void listenersEnd() {
        listeners().stream().filter(AutoscalingListener::isMarkedForDeletion).forEach(listener -> {
            listener.getMetadata().setFinalizers(List.of());
            runners.client.resource(listener).update();
        });
    }

    /** The runner set creates this many runners, which run. */
    List<String> runnersRun(int number) throws Exception {
        runners.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .edit(set -> {
                    set.setSpec(set.getSpec().toBuilder()
                            .patchID(1)
                            .replicas(number)
                            .build());
                    return set;
                });
        passOfRunnerSet();
        List<String> names =
                runners().stream().map(runner -> runner.getMetadata().getName()).toList();
        for (String name : names) {
            runners.reconcileRunner(name);
            runners.podRuns(name);
            runners.reconcileRunner(name);
        }
        runners.pass(Duration.ofSeconds(2));
        passOfRunnerSet();
        return names;
    }

    void passOfRunnerSet() throws Exception {
        runners.reconcileSet(NAME);
    }

    /** Reconciles everything, from the scale set to its runners, after this time. */
    void passOfAll(Duration time) throws Exception {
        runners.pass(time);
        pass();
        passOfRunnerSet();
        for (EphemeralRunner runner : runners()) {
            runners.reconcileRunner(runner.getMetadata().getName());
        }
        passOfRunnerSet();
        pass();
    }

    @Override
    public void close() {
        runners.close();
    }
}
