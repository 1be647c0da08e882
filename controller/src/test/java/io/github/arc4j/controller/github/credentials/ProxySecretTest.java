package io.github.arc4j.controller.github.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A spec whose proxy was removed while no controller was running; the tests of runner sets cover the other cases. */
class ProxySecretTest {
    private static final String NAME = "set-proxy";

    private final TestKube kube = new TestKube();
    private final Sources sources = new Sources(kube.api, source -> false, Clock.systemUTC());
    private final ResourceCache<EphemeralRunnerSet> sets = new ResourceCache<>(EphemeralRunnerSet.class);
    private final ProxySecret proxySecret = new ProxySecret(
            new LiveSecrets(kube.api.client(), kube.api.json(), new LiveObjects(kube.api.client(), kube.api.json())),
            new ProxyResolver(new SecretReader(
                    new LiveObjects(kube.api.client(), kube.api.json()), sources, CredentialsNamespaces.OWN)),
            sources,
            sets);

    @BeforeEach
    void createLeftover() {
        kube.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(TestKube.NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        sources.close();
        kube.close();
    }

    private EphemeralRunnerSet set(long generation) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.getMetadata().setName("set");
        set.getMetadata().setNamespace(TestKube.NAMESPACE);
        set.getMetadata().setUid("uid");
        set.getMetadata().setGeneration(generation);
        sets.written(set);
        return set;
    }

    private boolean exists() {
        return kube.client
                        .secrets()
                        .inNamespace(TestKube.NAMESPACE)
                        .withName(NAME)
                        .get()
                != null;
    }

    @Test
    void aSecretOfAnEarlierProcessForAPreviousSpecIsDeletedOnce() throws Exception {
        assertThat(proxySecret.ensure(set(2), NAME, null, TestKube.NAMESPACE)).isEmpty();
        assertThat(exists()).isFalse();
        assertThat(proxySecret.ensure(set(2), NAME, null, TestKube.NAMESPACE)).isEmpty();
        assertThat(kube.requests("delete", "secrets")).isEqualTo(1);
    }

    @Test
    void aSpecThatNeverChangedHadNoProxy() throws Exception {
        assertThat(proxySecret.ensure(set(1), NAME, null, TestKube.NAMESPACE)).isEmpty();
        assertThat(exists()).isTrue();
    }
}
