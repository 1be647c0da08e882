package io.github.arc4j.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An embedded server and a real client. */
final class Cluster implements AutoCloseable {

    static final String NAMESPACE = "tests";

    final EmbeddedKube kube;
    final KubernetesClient client;

    Cluster(UnaryOperator<EmbeddedKube.Builder> settings) {
        try (InputStream crd = Cluster.class.getResourceAsStream("/widgets.yaml")) {
            kube = settings.apply(EmbeddedKube.builder().crd(crd).namespaces(NAMESPACE))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        client = client();
    }

    Cluster() {
        this(builder -> builder);
    }

    /** Creates an additional client with its own connections. */
    KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(kube.uri().toString())
                .withNamespace(NAMESPACE)
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(50)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    MixedOperation<Widget, KubernetesResourceList<Widget>, Resource<Widget>> widgets() {
        return client.resources(Widget.class);
    }

    Widget create(Widget widget) {
        return client.resource(widget).create();
    }

    /** Asserts that a call fails with this code and reason, and that the message contains all of these texts. */
    static void assertFails(ThrowingCallable call, int code, String reason, String... messages) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class, e -> {
            assertThat(e.getCode()).isEqualTo(code);
            assertThat(e.getStatus().getReason()).isEqualTo(reason);
            for (String message : messages) {
                assertThat(e.getStatus().getMessage()).contains(message);
            }
        });
    }

    /** A minimal pod. */
    static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage("busybox:1.37")
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        client.close();
        kube.close();
    }
}
