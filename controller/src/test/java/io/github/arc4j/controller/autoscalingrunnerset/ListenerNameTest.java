package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two scale sets of different tenants whose listeners have the same name: its hash is too short to prevent that. */
class ListenerNameTest {
    private static final Collision COLLISION = Collision.find();

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

    @Test
    void theFirstKeepsTheNameAndTheSecondIsReported() throws Exception {
        fixture.settle();
        AutoscalingListener listener = fixture.listener();

        assertComesBackAfter(fixture.passOfTenant(), Duration.ofSeconds(30));
        fixture.passOfTenant();
        fixture.pass();

        assertThat(fixture.listener()).isEqualTo(listener);
        assertThat(ScaleSetFixture.conditionOf(fixture.setOfTenant(), Conditions.READY))
                .isEqualTo("False ListenerNameTaken");
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");
    }

    /** As between two controllers, each with a namespace to watch, in one namespace. */
    @Test
    void theSecondIsReportedEvenIfTheFirstListenerIsNotCached() throws Exception {
        fixture.runners.sync();
        AutoscalingListener listener = createListenerOfTheFirst();

        fixture.runners.reconcileScaleSetWithStaleCaches(TENANT, NAME);

        assertThat(fixture.listener()).isEqualTo(listener);
        assertThat(ScaleSetFixture.conditionOf(fixture.setOfTenant(), Conditions.READY))
                .isEqualTo("False ListenerNameTaken");
    }

    private AutoscalingListener createListenerOfTheFirst() {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setName(ScaleSetNames.listener(NAMESPACE, NAME, "", COLLISION.url()));
        listener.getMetadata().setNamespace(CONTROLLER_NAMESPACE);
        listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace(NAMESPACE)
                .autoscalingRunnerSetName(NAME)
                .build());
        return fixture.runners.client.resource(listener).create();
    }

    @Test
    void theSecondGetsTheNameWhenTheFirstIsDeleted() throws Exception {
        fixture.settle();
        fixture.passOfTenant();
        fixture.deleteAndEndListeners();
        assertThat(fixture.listeners()).isEmpty();

        fixture.passOfTenant();

        assertThat(fixture.listener().getSpec().autoscalingRunnerSetNamespace()).isEqualTo(TENANT);
        assertThat(ScaleSetFixture.conditionOf(fixture.setOfTenant(), Conditions.READY))
                .isEqualTo("False ListenerStarting");
    }
}
