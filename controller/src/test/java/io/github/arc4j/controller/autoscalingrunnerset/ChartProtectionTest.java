package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.queue.WorkQueue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chart's objects lose their finalizers when the scale set is deleted. */
class ChartProtectionTest {
    private static final Set<String> KINDS = Set.of("secrets", "serviceaccounts", "roles", "rolebindings");

    /** In the order in which their finalizers are removed. */
    private enum Protected {
        KUBE_MODE_BINDING(Annotations.CLEANUP_KUBERNETES_MODE_ROLE_BINDING, RoleBinding.class),
        KUBE_MODE_ROLE(Annotations.CLEANUP_KUBERNETES_MODE_ROLE, Role.class),
        KUBE_MODE_ACCOUNT(Annotations.CLEANUP_KUBERNETES_MODE_SERVICE_ACCOUNT, ServiceAccount.class),
        NO_PERMISSION_ACCOUNT(Annotations.CLEANUP_NO_PERMISSION_SERVICE_ACCOUNT, ServiceAccount.class),
        GITHUB_SECRET(Annotations.CLEANUP_GITHUB_SECRET, Secret.class),
        MANAGER_BINDING(Annotations.CLEANUP_MANAGER_ROLE_BINDING, RoleBinding.class),
        MANAGER_ROLE(Annotations.CLEANUP_MANAGER_ROLE, Role.class);

        final String annotation;
        final Class<? extends HasMetadata> kind;

        Protected(String annotation, Class<? extends HasMetadata> kind) {
            this.annotation = annotation;
            this.kind = kind;
        }

        String objectName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static List<String> names() {
            return List.of(values()).stream().map(Protected::objectName).toList();
        }
    }

    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @BeforeEach
    void start() throws Exception {
        fixture.createAndSettle();
        for (Protected object : Protected.values()) {
            create(object);
            fixture.annotate(object.annotation, object.objectName());
        }
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void create(Protected object) throws ReflectiveOperationException {
        HasMetadata made = object.kind.getConstructor().newInstance();
        made.setMetadata(new ObjectMetaBuilder()
                .withName(object.objectName())
                .withNamespace(NAMESPACE)
                .withFinalizers(Finalizers.CLEANUP_PROTECTION)
                .build());
        if (made instanceof RoleBinding binding) {
            binding.setRoleRef(
                    reference(object == Protected.MANAGER_BINDING ? Protected.MANAGER_ROLE : Protected.KUBE_MODE_ROLE));
            binding.setSubjects(List.of(new Subject("", "ServiceAccount", "controller", CONTROLLER_NAMESPACE)));
        }
        fixture.runners.client.resource(made).create();
    }

    private static RoleRef reference(Protected role) {
        return new RoleRef("rbac.authorization.k8s.io", "Role", role.objectName());
    }

    private void deleteObject(Protected object) {
        fixture.runners
                .client
                .resources(object.kind)
                .inNamespace(NAMESPACE)
                .withName(object.objectName())
                .edit(live -> {
                    live.getMetadata().setFinalizers(List.of());
                    return live;
                });
        fixture.runners
                .client
                .resources(object.kind)
                .inNamespace(NAMESPACE)
                .withName(object.objectName())
                .delete();
    }

    private boolean isProtected(Protected object) {
        return !fixture.runners
                .client
                .resources(object.kind)
                .inNamespace(NAMESPACE)
                .withName(object.objectName())
                .get()
                .getMetadata()
                .getFinalizers()
                .isEmpty();
    }

    private RoleBinding copyOfManagerBinding() {
        return fixture.runners
                .client
                .rbac()
                .roleBindings()
                .inNamespace(NAMESPACE)
                .withName(Protected.MANAGER_BINDING.objectName() + "-cleanup")
                .get();
    }

    private void inject(Fault fault) {
        fixture.runners.kube.faults().inject(fault);
    }

    /** The pass that prolongs the controller's permissions, and the one that uses them. */
    private Result passesOfRemoval() throws Exception {
        fixture.pass();
        return fixture.pass();
    }

    /** Deletes the scale set; the next reconcile has nothing else to wait for. */
    private void deleteUntilTheEnd() throws Exception {
        fixture.deleteAndEndListeners();
        fixture.passOfRunnerSet();
        fixture.runners.kube.requests().reset();
    }

    private List<String> released() {
        return fixture.runners.kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> request.verb().equals("patch") && KINDS.contains(request.target()))
                .map(request -> request.name())
                .toList();
    }

    @Test
    void theControllersOwnPermissionsAreReleasedLast() throws Exception {
        deleteUntilTheEnd();
        passesOfRemoval();
        assertThat(released()).isEqualTo(Protected.names());
        assertThat(fixture.find(NAME)).isNull();
    }

    /** Kubernetes deletes the manager RoleBinding, and then the Role, as soon as they have no finalizers. */
    @Test
    void aCopyOfTheManagerRoleBindingAppliesUntilTheScaleSetIsDeleted() throws Exception {
        deleteUntilTheEnd();
        assertThat(fixture.pass()).isEqualTo(Result.after(Duration.ofMillis(100)));
        assertThat(released()).isEmpty();
        RoleBinding copy = copyOfManagerBinding();
        assertThat(copy.getRoleRef()).isEqualTo(reference(Protected.MANAGER_ROLE));
        assertThat(copy.getSubjects())
                .containsExactly(new Subject("", "ServiceAccount", "controller", CONTROLLER_NAMESPACE));
        fixture.pass();
        assertThat(fixture.find(NAME)).isNull();
        await().untilAsserted(() -> assertThat(copyOfManagerBinding()).isNull());
    }

    @Test
    void aCopyWhoseCreationWasNotAnsweredIsUsed() throws Exception {
        inject(Fault.on("create", "rolebindings").afterEffect().drop());
        deleteUntilTheEnd();
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        assertThat(released()).isEmpty();
        passesOfRemoval();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void aRoleBindingToAnotherRoleIsNotCopied() throws Exception {
        deleteObject(Protected.MANAGER_ROLE);
        fixture.annotate(Annotations.CLEANUP_MANAGER_ROLE, Protected.KUBE_MODE_ROLE.objectName());
        deleteUntilTheEnd();
        fixture.pass();
        assertThat(copyOfManagerBinding()).isNull();
        assertThat(fixture.find(NAME)).isNull();
    }

    /** As in a namespace that is being deleted, without a permission for all namespaces. */
    @Test
    void aRoleWhoseFinalizerTheControllerMayNotRemoveIsReportedUntilTheUserRemovesIt() throws Exception {
        inject(Fault.on("create", "rolebindings").answer(403));
        inject(Fault.on("patch", "roles")
                .name(Protected.MANAGER_ROLE.objectName())
                .answer(403));
        deleteUntilTheEnd();
        assertThat(fixture.pass()).isEqualTo(Result.retry(WorkQueue.DEFAULT_BACKOFF.atMost(Duration.ofSeconds(30))));
        assertThat(isProtected(Protected.MANAGER_ROLE)).isTrue();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False FinalizerForbidden");
        assertThat(fixture.condition(Conditions.READY).getMessage())
                .contains("finalizer of Role runners/manager-role")
                .endsWith("kubectl patch -n runners role manager-role --type merge"
                        + " -p '{\"metadata\":{\"finalizers\":null}}'");

        deleteObject(Protected.MANAGER_ROLE);
        fixture.pass();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void nothingIsReleasedWhileTheScaleSetExistsAtGitHub() throws Exception {
        deleteUntilTheEnd();
        fixture.github.failWith(ScaleSetFixture.NO_ROUTE);
        fixture.pass();
        assertThat(released()).isEmpty();
    }

    @Test
    void missingObjectsAreSkipped() throws Exception {
        deleteObject(Protected.KUBE_MODE_ROLE);
        deleteObject(Protected.GITHUB_SECRET);
        deleteUntilTheEnd();
        passesOfRemoval();
        assertThat(released()).hasSize(5);
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void objectsWithoutAnAnnotationAreLeftAlone() throws Exception {
        fixture.editObject(set -> set.getMetadata().getAnnotations().remove(Protected.GITHUB_SECRET.annotation));
        deleteUntilTheEnd();
        passesOfRemoval();
        assertThat(isProtected(Protected.GITHUB_SECRET)).isTrue();
        assertThat(released()).hasSize(6);
    }

    @Test
    void anUnreadableSecretIsNoObstacle() throws Exception {
        inject(Fault.on("get", "secrets")
                .name(Protected.GITHUB_SECRET.objectName())
                .always()
                .answer(403));
        deleteUntilTheEnd();
        passesOfRemoval();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isFalse();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void aFailureKeepsTheRemainingObjectsUntilTheRetry() throws Exception {
        inject(Fault.on("patch", "serviceaccounts")
                .name(Protected.NO_PERMISSION_ACCOUNT.objectName())
                .answer(403));
        deleteUntilTheEnd();
        passesOfRemoval();
        assertThat(fixture.condition(Conditions.READY).getMessage())
                .contains("ServiceAccount runners/no-permission-account");
        assertThat(isProtected(Protected.KUBE_MODE_ACCOUNT)).isFalse();
        assertThat(isProtected(Protected.GITHUB_SECRET)).isTrue();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isTrue();
        assertThat(fixture.set().getMetadata().getFinalizers()).contains(Finalizers.AUTOSCALING_RUNNER_SET);
        fixture.pass();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isFalse();
        assertThat(fixture.find(NAME)).isNull();
    }
}
