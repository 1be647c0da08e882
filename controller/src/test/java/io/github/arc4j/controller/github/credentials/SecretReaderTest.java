package io.github.arc4j.controller.github.credentials;

import static io.github.arc4j.runtime.TestKube.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.TestKube;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
        assertThatThrownBy(() -> reader.rootCertificates(NAMESPACE, certificates(name)))
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

    private static TlsConfig certificates(String name) {
        return new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef(name, "value", null)));
    }

    private void create(String name, Map<String, String> data) {
        kube.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withData(LiveSecrets.encode(data))
                        .build())
                .create();
    }

    @Test
    void entriesThatAreTooLongForCredentialsAreNotRead() throws Exception {
        create("a", Map.of("github_token", "token", "other", "x".repeat(50_000)));

        assertThat(reader.secret(NAMESPACE, "a", "tests")).containsOnly(Map.entry("github_token", "token"));
    }

    @Test
    void certificatesAreLimited() {
        kube.client.resource(TestKube.map("a", "x".repeat(600_000))).create();

        assertThatThrownBy(() -> reader.rootCertificates(NAMESPACE, certificates("a")))
                .isInstanceOfSatisfying(
                        GitHubAccessException.class, e -> assertThat(e.reason()).isEqualTo("InvalidTLS"))
                .hasMessage(
                        "ConfigMap default/a has more than 512 KiB in value: keep only the certificates of the GitHub server");
    }

    /** Encoded, they would be nine times as long, in each of several objects. */
    @Test
    void credentialsOfProxiesAreLimited() {
        create("proxy", Map.of("username", "user", "password", "\ufffd".repeat(9000)));
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of());

        assertThatThrownBy(() -> new ProxyResolver(reader).resolve(NAMESPACE, proxy))
                .isInstanceOfSatisfying(
                        GitHubAccessException.class, e -> assertThat(e.reason()).isEqualTo("InvalidProxy"))
                .hasMessage(
                        "Secret proxy for spec.proxy.http: username and password have more than 8192 characters: shorten them");
    }
}
