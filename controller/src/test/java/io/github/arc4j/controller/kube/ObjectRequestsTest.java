package io.github.arc4j.controller.kube;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.cache.Request;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectRequestsTest {
    private final TestKube kube = new TestKube();
    private final LiveSecrets secrets =
            new LiveSecrets(kube.api.client(), kube.api.json(), new LiveObjects(kube.api.client(), kube.api.json()));

    @AfterEach
    void stop() {
        kube.close();
    }

    private static Secret secret(String value) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(TestKube.NAMESPACE)
                .withName("token")
                .addToFinalizers("test/protected")
                .endMetadata()
                .withData(LiveSecrets.encode(Map.of("key", value)))
                .build();
    }

    @Test
    void eachWriteIsADebugLineWithoutItsBody() {
        try (CapturedLog log = CapturedLog.debugOf(ObjectRequests.class)) {
            secrets.create(secret("hush"));
            assertThatThrownBy(() -> secrets.create(secret("hush"))).isInstanceOf(KubernetesClientException.class);
            assertThat(secrets.ensure(secret("hush"))).isFalse();
            assertThat(secrets.ensure(secret("psst"))).isTrue();
            secrets.removeFinalizer(TestKube.NAMESPACE, "token", "test/protected");
            secrets.delete(TestKube.NAMESPACE, "token");
            assertThat(log.messages())
                    .containsExactly(
                            "create Secret default/token: response 201",
                            "create Secret default/token: response 409",
                            "patch Secret default/token: response 200",
                            "patch Secret default/token: response 200",
                            "delete Secret default/token: response 200");
        }
    }

    /** Users choose the names of Roles, which may contain almost any character. */
    @Test
    void namesMayContainCharactersThatDelimitUrls() {
        ObjectRequests requests = new ObjectRequests(kube.api.client(), Role.class, kube.api.json());
        Role role = new RoleBuilder()
                .withNewMetadata()
                .withNamespace(TestKube.NAMESPACE)
                .withName("a?b#c d+e:ä")
                .endMetadata()
                .build();
        requests.create(role);

        byte[] live = requireNonNull(requests.read(Request.of(role)));
        assertThat(requests.as(Role.class, live).getMetadata().getName())
                .isEqualTo(role.getMetadata().getName());

        requests.delete(role, new DeleteOptions());
        assertThat(requests.read(Request.of(role))).isNull();
    }

    @Test
    void aPodValueOfTheWrongTypeIsPreserved() throws Exception {
        EphemeralRunner runner = kube.api.json().readValue("""
            {"apiVersion":"actions.github.com/v1alpha1","kind":"EphemeralRunner","spec":{"githubConfigUrl":"https://github.com/org",
             "spec":{"containers":[{"name":"runner","ports":[{"containerPort":99999999999}]}]}}}
            """, EphemeralRunner.class);

        assertThat(runner.getSpec().githubConfigUrl()).isEqualTo("https://github.com/org");
        assertThat(kube.api.json().writeValueAsString(runner)).contains("99999999999");
    }
}
