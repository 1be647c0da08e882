package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.controller.autoscalinglistener.pod.CaBundle;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener's pod, and which changes recreate it. */
class ListenerPodTest {
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
    void thePodIsCreatedAsSpecified() throws Exception {
        fixture.create(spec -> spec.imagePullSecrets(List.of(new LocalObjectReference("pull"))));
        fixture.settle();
        Pod pod = fixture.pod();
        assertThat(pod.getSpec().getServiceAccountName()).isEqualTo(NAME);
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(pod.getSpec().getShareProcessNamespace()).isTrue();
        assertThat(pod.getSpec().getNodeSelector()).containsExactly(Map.entry("kubernetes.io/os", "linux"));
        assertThat(pod.getSpec().getImagePullSecrets()).containsExactly(new LocalObjectReference("pull"));
        assertThat(pod.getSpec().getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getImage()).isEqualTo("arc4j:dev");
            assertThat(container.getCommand()).containsExactly("/ghalistener");
            assertThat(container.getEnv().getFirst().getValue()).isEqualTo("/etc/gha-listener/config.json");
            assertThat(container.getPorts()).singleElement().satisfies(port -> {
                assertThat(port.getName()).isEqualTo("metrics");
                assertThat(port.getContainerPort()).isEqualTo(8080);
            });
            assertThat(container.getVolumeMounts().getFirst().getReadOnly()).isTrue();
        });
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    /** Probes are most of what an idle listener does, but while it starts, the scale set waits for it. */
    @Test
    void aListenerIsProbedOftenOnlyWhileItStarts() throws Exception {
        fixture.create();
        fixture.settle();
        assertThat(fixture.pod().getSpec().getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getStartupProbe().getPeriodSeconds()).isEqualTo(1);
            assertThat(container.getReadinessProbe().getPeriodSeconds()).isEqualTo(30);
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
            assertThat(container.getLivenessProbe().getPeriodSeconds()).isEqualTo(120);
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
        });
    }

    @Test
    void withoutMetricsThereIsNoPortAndNoAddress() throws Exception {
        fixture.close();
        fixture = new ListenerFixture(
                new ListenerSettings("/other/entry", LogLevel.WARN, LogFormat.JSON, "", "/metrics"));
        fixture.create();
        fixture.settle();
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getPorts())
                .isEmpty();
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getCommand())
                .containsExactly("/other/entry");
        assertThat(fixture.config().path("metrics_addr").asText()).isEmpty();
        assertThat(fixture.config().path("metrics_endpoint").asText()).isEmpty();
        assertThat(fixture.config().path("log_level").asText()).isEqualTo("warn");
        assertThat(fixture.config().path("log_format").asText()).isEqualTo("json");
    }

    @Test
    void aCaBundleIsMountedAndPassedToTheListener() throws Exception {
        fixture.close();
        fixture = new ListenerFixture(ListenerFixture.settings()
                .caBundle(Optional.of(CaBundle.parse("company-ca/ca.crt")))
                .build());
        fixture.create();
        fixture.settle();
        PodSpec pod = fixture.pod().getSpec();
        assertThat(pod.getContainers().getFirst().getEnv())
                .contains(new EnvVar("SSL_CERT_FILE", "/etc/arc4j/ca-bundle/ca.crt", null));
        assertThat(pod.getContainers().getFirst().getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("ca-bundle"))
                .singleElement()
                .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/arc4j/ca-bundle"));
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getName().equals("ca-bundle"))
                .singleElement()
                .satisfies(volume -> assertThat(volume.getConfigMap().getName()).isEqualTo("company-ca"));
    }

    @Test
    void aChangedImageRecreatesThePod() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.change(spec -> spec.image("arc4j:next"));
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getImage())
                .isEqualTo("arc4j:next");
    }

    @Test
    void aChangedTemplateLabelRecreatesThePod() throws Exception {
        fixture.create(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "a")
                .endMetadata()
                .build()));
        fixture.settle();
        fixture.change(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "b")
                .endMetadata()
                .build()));
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getLabels()).containsEntry("team", "b");
    }
}
