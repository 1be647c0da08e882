package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two scale sets of different tenants whose listeners have the same name: its hash is too short to prevent that. */
class ListenerNameTest {
    private static final Collision COLLISION = Collision.find();
    private static final String USUAL = ScaleSetNames.listener(NAMESPACE, NAME, "", COLLISION.url());
    private static final String UNIQUE = ScaleSetNames.uniqueListener(NAMESPACE, NAME, "", COLLISION.url());
    private static final String UNIQUE_OF_TENANT =
            ScaleSetNames.uniqueListener(TENANT, NAME, "", COLLISION.urlOfTenant());

    private final ScaleSetFixture fixture = new ScaleSetFixture();

    private record Collision(String url, String urlOfTenant) {
        static Collision find() {
            Map<String, String> urls = new HashMap<>();
            for (int i = 0; ; i++) {
                String url = "https://github.com/org/repo" + i;
                urls.put(ScaleSetNames.listener(NAMESPACE, NAME, "", url), url);
                String same = urls.get(ScaleSetNames.listener(TENANT, NAME, "", url));
                if (same != null) {
                    return new Collision(same, url);
                }
            }
        }
    }

    @BeforeEach
    void start() {
        fixture.create(NAME, spec -> spec.githubConfigUrl(COLLISION.url()));
        fixture.createOfTenant(spec -> spec.githubConfigUrl(COLLISION.urlOfTenant()), Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private AutoscalingListener listenerOf(String namespace) {
        List<AutoscalingListener> all = fixture.listeners().stream()
                .filter(listener ->
                        listener.getSpec().autoscalingRunnerSetNamespace().equals(namespace))
                .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private void settleBoth() throws Exception {
        fixture.settle();
        fixture.passOfTenant();
        fixture.settle();
    }

    /** A former listener's permissions, which could not be deleted, are not inherited by one of another namespace. */
    @Test
    void aNameIsNotUsedWhileAnotherNamespaceHasABindingOfThatName() throws Exception {
        fixture.runners
                .client
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(TENANT)
                        .withName(USUAL)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", USUAL)
                        .build())
                .create();
        fixture.settle();
        assertThat(listenerOf(NAMESPACE).getMetadata().getName()).isEqualTo(UNIQUE);

        fixture.runners.client.rbac().roleBindings().inNamespace(TENANT).delete();
        fixture.settle();
        assertThat(listenerOf(NAMESPACE).getMetadata().getName()).isEqualTo(UNIQUE);
    }

    /** As the attacker plans it: the listener of the victim does not exist yet. */
    private void tenantTakesTheUsualName() throws Exception {
        fixture.passOfTenant();
        assertThat(fixture.listener().getMetadata().getName()).isEqualTo(USUAL);
        fixture.settle();
    }

    private void assertBothHaveListeners(String name, String nameOfTenant) {
        assertThat(listenerOf(NAMESPACE).getMetadata().getName()).isEqualTo(name);
        assertThat(listenerOf(TENANT).getMetadata().getName()).isEqualTo(nameOfTenant);
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
        assertThat(ScaleSetFixture.conditionOf(fixture.setOfTenant(), Conditions.READY))
                .isEqualTo("False ListenerStarting");
    }

    @Test
    void theFirstKeepsTheNameAndTheSecondGetsAUniqueOne() throws Exception {
        fixture.settle();
        AutoscalingListener listener = fixture.listener();

        fixture.passOfTenant();
        fixture.pass();

        assertThat(listenerOf(NAMESPACE)).isEqualTo(listener);
        assertBothHaveListeners(USUAL, UNIQUE_OF_TENANT);
    }

    @Test
    void aTenantThatIsFirstDoesNotKeepTheVictimFromListening() throws Exception {
        tenantTakesTheUsualName();

        assertBothHaveListeners(UNIQUE, USUAL);
    }

    /** For example while {@code updateStrategy: eventual} has stopped the victim's listener. */
    @Test
    void aTenantThatTakesTheNameOfAStoppedListenerDoesNotKeepTheVictimFromListening() throws Exception {
        fixture.settle();
        fixture.runners.client.resource(fixture.listener()).delete();
        fixture.listenersEnd();

        tenantTakesTheUsualName();

        assertBothHaveListeners(UNIQUE, USUAL);
    }

    /** As between two controllers, each with a namespace to watch, in one namespace. */
    @Test
    void theNameIsUniqueEvenIfTheOtherListenerIsNotCached() throws Exception {
        fixture.runners.sync();
        create(USUAL, TENANT);

        fixture.runners.reconcileScaleSetWithStaleCaches(NAMESPACE, NAME);
        fixture.passOfTenant();

        assertBothHaveListeners(UNIQUE, USUAL);
    }

    @Test
    void theListenerIsCreatedOnceIfTheResponseIsLost() throws Exception {
        fixture.passOfTenant();
        fixture.runners
                .kube
                .faults()
                .inject(Fault.on("create", "autoscalinglisteners").drop().afterEffect());
        assertThatThrownBy(() -> fixture.pass()).isInstanceOf(KubernetesClientException.class);
        AutoscalingListener created = listenerOf(NAMESPACE);

        assertThatThrownBy(() -> fixture.runners.reconcileScaleSetWithStaleCaches(NAMESPACE, NAME))
                .as("the name exists")
                .isInstanceOf(KubernetesClientException.class);
        fixture.runners.reconcileScaleSetWithStaleCaches(NAMESPACE, NAME);

        assertThat(listenerOf(NAMESPACE)).isEqualTo(created);
        assertBothHaveListeners(UNIQUE, USUAL);
    }

    @Test
    void theListenerKeepsItsNameWhenTheUsualOneBecomesFree() throws Exception {
        tenantTakesTheUsualName();
        AutoscalingListener listener = listenerOf(NAMESPACE);
        fixture.runners.client.resource(fixture.setOfTenant()).delete();
        fixture.passOfTenant();
        fixture.listenersEnd();
        assertThat(fixture.listener()).isEqualTo(listener);

        fixture.settle();
        assertThat(fixture.listener()).isEqualTo(listener);

        fixture.edit(spec -> spec.maxRunners(3));
        fixture.settle();
        assertThat(fixture.listener().getMetadata().getUid())
                .isEqualTo(listener.getMetadata().getUid());
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(3);
    }

    /** That is how an operator returns to the usual name. */
    @Test
    void aDeletedListenerGetsTheUsualNameIfItIsFree() throws Exception {
        tenantTakesTheUsualName();
        fixture.runners.client.resource(fixture.setOfTenant()).delete();
        fixture.passOfTenant();
        fixture.runners.client.resource(listenerOf(NAMESPACE)).delete();
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerReplaced");

        fixture.listenersEnd();
        fixture.pass();

        assertThat(fixture.listener().getMetadata().getName()).isEqualTo(USUAL);
        assertThat(fixture.listener().getSpec().autoscalingRunnerSetNamespace()).isEqualTo(NAMESPACE);
    }

    @Test
    void anotherUrlGetsItsUsualNameAfterTheFormerListenerHasEnded() throws Exception {
        tenantTakesTheUsualName();
        String url = "https://github.com/org/elsewhere";
        fixture.edit(spec -> spec.githubConfigUrl(url));
        fixture.pass();
        assertThat(listenerOf(NAMESPACE).getMetadata().getName()).isEqualTo(UNIQUE);
        assertThat(listenerOf(NAMESPACE).isMarkedForDeletion()).isTrue();

        fixture.listenersEnd();
        fixture.pass();

        assertThat(listenerOf(NAMESPACE).getMetadata().getName())
                .isEqualTo(ScaleSetNames.listener(NAMESPACE, NAME, "", url));
    }

    /** After a stale cache has shown the name as taken. */
    @Test
    void ofTwoListenersTheOneWithTheUsualNameStays() throws Exception {
        create(USUAL, NAMESPACE);
        create(UNIQUE, NAMESPACE);

        settleBoth();

        assertBothHaveListeners(USUAL, UNIQUE_OF_TENANT);
    }

    @Test
    void aDeletedScaleSetTakesOnlyItsListenerWithIt() throws Exception {
        tenantTakesTheUsualName();

        fixture.deleteAndEndListeners();

        assertThat(fixture.listener().getMetadata().getName()).isEqualTo(USUAL);
        assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
        assertThat(fixture.listener().getSpec().autoscalingRunnerSetNamespace()).isEqualTo(TENANT);
    }

    private void create(String name, String namespaceOfSet) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setName(name);
        listener.getMetadata().setNamespace(CONTROLLER_NAMESPACE);
        listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace(namespaceOfSet)
                .autoscalingRunnerSetName(NAME)
                .build());
        fixture.runners.client.resource(listener).create();
    }
}
