package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
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
            binding.setRoleRef(new RoleRef("rbac.authorization.k8s.io", "Role", "any"));
        }
        fixture.runners.client.resource(made).create();
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
        fixture.pass();
        assertThat(released()).isEqualTo(Protected.names());
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
        fixture.pass();
        assertThat(released()).hasSize(5);
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void objectsWithoutAnAnnotationAreLeftAlone() throws Exception {
        fixture.editObject(set -> set.getMetadata().getAnnotations().remove(Protected.GITHUB_SECRET.annotation));
        deleteUntilTheEnd();
        fixture.pass();
        assertThat(isProtected(Protected.GITHUB_SECRET)).isTrue();
        assertThat(released()).hasSize(6);
    }

    @Test
    void anUnreadableSecretIsNoObstacle() throws Exception {
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("get", "secrets")
                        .name(Protected.GITHUB_SECRET.objectName())
                        .always()
                        .answer(403));
        deleteUntilTheEnd();
        fixture.pass();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isFalse();
        assertThat(fixture.find(NAME)).isNull();
    }

    @Test
    void aFailureKeepsTheRemainingObjectsUntilTheRetry() throws Exception {
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("patch", "serviceaccounts")
                        .name(Protected.NO_PERMISSION_ACCOUNT.objectName())
                        .answer(403));
        deleteUntilTheEnd();
        assertThatThrownBy(fixture::pass).isInstanceOf(KubernetesClientException.class);
        assertThat(isProtected(Protected.KUBE_MODE_ACCOUNT)).isFalse();
        assertThat(isProtected(Protected.GITHUB_SECRET)).isTrue();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isTrue();
        assertThat(fixture.set().getMetadata().getFinalizers()).contains(Finalizers.AUTOSCALING_RUNNER_SET);
        fixture.pass();
        assertThat(isProtected(Protected.MANAGER_ROLE)).isFalse();
        assertThat(fixture.find(NAME)).isNull();
    }
}
