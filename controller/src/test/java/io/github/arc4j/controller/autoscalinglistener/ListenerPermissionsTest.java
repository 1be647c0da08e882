package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener's ServiceAccount, Role and RoleBinding. */
class ListenerPermissionsTest {
    private ListenerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ListenerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theServiceAccountIsInTheControllersNamespaceAndOwned() throws Exception {
        fixture.create(spec -> spec.serviceAccountMetadata(
                new ResourceMeta(Map.of("team", "a", "private/x", "y"), Map.of("cloud-role", "r"))));
        fixture.settle();
        ServiceAccount account = account();
        assertThat(account.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("actions.github.com/scale-set-name", "set")
                .doesNotContainKey("private/x");
        assertThat(account.getMetadata().getAnnotations()).containsEntry("cloud-role", "r");
        assertThat(account.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getKind()).isEqualTo("AutoscalingListener");
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
        });
    }

    @Test
    void theRoleAllowsOnlyPatchesInTheScaleSetsNamespace() throws Exception {
        fixture.create();
        fixture.settle();
        Role role = role();
        assertThat(role.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(role.getMetadata().getLabels())
                .containsEntry("auto-scaling-listener-namespace", CONTROLLER)
                .containsEntry("auto-scaling-listener-name", NAME);
        assertThat(role.getRules()).hasSize(2).allSatisfy(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("actions.github.com");
            assertThat(rule.getVerbs()).containsExactly("patch");
        });
        assertThat(role.getRules().getFirst().getResources()).containsExactly("ephemeralrunnersets");
        assertThat(role.getRules().getFirst().getResourceNames()).containsExactly("set");
        assertThat(role.getRules().getLast().getResources()).containsExactly("ephemeralrunners/status");
    }

    @Test
    void theRoleBindingBindsTheRoleToTheAccountInTheOtherNamespace() throws Exception {
        fixture.create();
        fixture.settle();
        RoleBinding binding = binding();
        assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
        assertThat(binding.getRoleRef().getName()).isEqualTo(NAME);
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getNamespace()).isEqualTo(CONTROLLER);
            assertThat(subject.getName()).isEqualTo(NAME);
        });
    }

    @Test
    void roleAndBindingCarryTheUsersMetadata() throws Exception {
        fixture.create(spec -> spec.roleMetadata(new ResourceMeta(Map.of("team", "role"), Map.of("note", "r")))
                .roleBindingMetadata(new ResourceMeta(Map.of("team", "binding"), Map.of("note", "b"))));
        fixture.settle();
        assertThat(role().getMetadata().getLabels()).containsEntry("team", "role");
        assertThat(role().getMetadata().getAnnotations()).containsEntry("note", "r");
        assertThat(binding().getMetadata().getLabels()).containsEntry("team", "binding");
        assertThat(binding().getMetadata().getAnnotations()).containsEntry("note", "b");
    }

    @Test
    void theRoleFollowsTheNameOfTheRunnerSet() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.ephemeralRunnerSetName("another"));
        fixture.settle();
        assertThat(role().getRules().getFirst().getResourceNames()).containsExactly("another");
    }

    @Test
    void aDeletedObjectIsRecreated() throws Exception {
        fixture.create();
        fixture.settle();
        List<HasMetadata> parts = List.of(role(), binding(), account());
        parts.forEach(part -> fixture.client.resource(part).delete());
        fixture.settle();
        assertThat(List.of(role(), binding(), account()))
                .hasSize(3)
                .extracting(part -> part.getMetadata().getUid())
                .doesNotContainAnyElementsOf(
                        parts.stream().map(part -> part.getMetadata().getUid()).toList());
    }

    @Test
    void changedLabelsArePropagatedToAccountAndBinding() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.serviceAccountMetadata(new ResourceMeta(Map.of("team", "a"), Map.of()))
                .roleBindingMetadata(new ResourceMeta(Map.of("team", "b"), Map.of())));
        fixture.settle();
        assertThat(account().getMetadata().getLabels()).containsEntry("team", "a");
        assertThat(binding().getMetadata().getLabels()).containsEntry("team", "b");
    }

    /** Its tenant can arrange that: with a Role of the listener's name where the controller has no permissions. */
    @Test
    void aListenerIsDeletedThoughItsRoleMayNotBe() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.kube.faults().inject(Fault.on("delete", "roles").always().answer(403));
        fixture.kube.faults().inject(Fault.on("delete", "rolebindings").always().answer(403));
        fixture.client.resource(fixture.listener()).delete();
        fixture.settle();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.client
                        .serviceAccounts()
                        .inNamespace(CONTROLLER)
                        .withName(NAME)
                        .get())
                .isNull();
        assertThat(role()).isNotNull();
        assertThat(binding()).isNotNull();
    }

    /** As long as anything else fails, the deletion is repeated. */
    @Test
    void aRoleThatCannotBeDeletedAtPresentIsDeletedLater() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.kube.faults().inject(Fault.on("delete", "roles").answer(500));
        fixture.client.resource(fixture.listener()).delete();
        assertThatThrownBy(fixture::settle).hasMessageContaining("injected fault");
        assertThat(fixture.find()).isNotNull();
        fixture.settle();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.client.rbac().roles().inAnyNamespace().list().getItems())
                .isEmpty();
    }

    private ServiceAccount account() {
        return Objects.requireNonNull(fixture.client
                .serviceAccounts()
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .get());
    }

    private RoleBinding binding() {
        return Objects.requireNonNull(fixture.client
                .rbac()
                .roleBindings()
                .inNamespace(SETS)
                .withName(NAME)
                .get());
    }

    @Test
    void aChangedRoleIsRestoredAndForeignLabelsAreKept() throws Exception {
        fixture.create();
        fixture.settle();
        Role role = role();
        role.setRules(List.<PolicyRule>of());
        role.getMetadata().getLabels().put("argocd", "x");
        role.getMetadata().getLabels().remove("auto-scaling-listener-name");
        fixture.client.resource(role).update();
        fixture.settle();
        assertThat(role().getRules()).hasSize(2);
        assertThat(role().getMetadata().getLabels())
                .containsEntry("argocd", "x")
                .containsEntry("auto-scaling-listener-name", NAME);
    }

    /** Otherwise tenants could have the listener of another one reconciled with each edit of a Role. */
    @Test
    void aRoleOfAThirdNamespaceDoesNotConcernTheListener() throws Exception {
        fixture.create();
        fixture.settle();
        ResourceCache<AutoscalingListener> listeners = new ResourceCache<>(AutoscalingListener.class);
        listeners.written(fixture.listener());
        Role role = role();
        assertThat(ListenerReferences.listenerOf(role, listeners)).containsExactly(new Request(CONTROLLER, NAME));
        role.getMetadata().setNamespace("tenant");
        assertThat(ListenerReferences.listenerOf(role, listeners)).isEmpty();
        role.getMetadata().setLabels(null);
        assertThat(ListenerReferences.listenerOf(role, listeners)).isEmpty();
    }

    private Role role() {
        return Objects.requireNonNull(
                fixture.client.rbac().roles().inNamespace(SETS).withName(NAME).get());
    }
}
