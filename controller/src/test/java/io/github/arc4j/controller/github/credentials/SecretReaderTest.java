package io.github.arc4j.controller.github.credentials;

import static io.github.arc4j.controller.runtime.TestKube.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.runtime.TestKube;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenant writes a name that, in the path of a request, would be something else: a list, a watch, another namespace. */
class SecretReaderTest {
    private final TestKube kube = new TestKube();
    private final Sources sources = new Sources(kube.api, source -> false, Clock.systemUTC());
    private final SecretReader reader =
            new SecretReader(new LiveObjects(kube.api.client(), kube.api.json()), sources, CredentialsNamespaces.OWN);

    @AfterEach
    void stop() {
        sources.close();
        kube.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?x", "#", "?watch=true", "/?limit=1", "../../other/secrets/foo", "a/b", "a%2fb", "A"})
    void whatIsNoNameIsNotRequested(String name) {
        assertThatThrownBy(() -> reader.secret(NAMESPACE, name, "tests"))
                .isInstanceOf(GitHubAccessException.class)
                .hasMessage("the name of the Secret for tests, \"" + name
                        + "\", is not valid in Kubernetes: correct it in the spec");
        assertThatThrownBy(() -> reader.configMapEntry(NAMESPACE, name, "key", "tests"))
                .isInstanceOf(GitHubAccessException.class)
                .hasMessageContaining("is not valid in Kubernetes");
        assertThat(new LiveSecrets(
                                kube.api.client(), kube.api.json(), new LiveObjects(kube.api.client(), kube.api.json()))
                        .get(NAMESPACE, name))
                .isNull();
        assertThat(kube.requests("get", "secrets")).isZero();
        assertThat(kube.requests("list", "secrets")).isZero();
        assertThat(kube.requests("watch", "secrets")).isZero();
        assertThat(kube.requests("list", "configmaps")).isZero();
    }
}
