package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every object that the controller creates and watches triggers a reconcile when it changes. */
class WakingTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture();
        fixture.runnersEndWith("runner:1", -1);
        fixture.createScaleSet("set");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                        .hasSize(1));
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(1));
        fixture.awaitQuiet(Duration.ofMillis(500));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    static Stream<Arguments> watched() {
        return Stream.of(
                Arguments.of(AutoscalingListener.class, CONTROLLER_NAMESPACE),
                Arguments.of(EphemeralRunnerSet.class, NAMESPACE),
                Arguments.of(ServiceAccount.class, CONTROLLER_NAMESPACE),
                Arguments.of(Role.class, NAMESPACE),
                Arguments.of(RoleBinding.class, NAMESPACE),
                Arguments.of(Pod.class, CONTROLLER_NAMESPACE),
                Arguments.of(Pod.class, NAMESPACE));
    }

    @ParameterizedTest
    @MethodSource("watched")
    void deletedObjectsAreRecreated(Class<? extends HasMetadata> kind, String namespace) {
        String former = only(kind, namespace).getMetadata().getUid();
        fixture.client.resource(only(kind, namespace)).delete();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(kind, namespace))
                        .singleElement()
                        .satisfies(object ->
                                assertThat(object.getMetadata().getUid()).isNotEqualTo(former)));
    }

    private <T extends HasMetadata> T only(Class<T> kind, String namespace) {
        List<T> all = fixture.list(kind, namespace);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
