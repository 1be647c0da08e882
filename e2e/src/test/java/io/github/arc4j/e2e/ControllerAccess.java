package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.net.HttpURLConnection;
import org.junit.jupiter.api.Test;

/**
 * The first class of {@link ApiServerIT}: without it, the others would not prove that the charts' roles are sufficient.
 */
class ControllerAccess {
    @Test
    void forbidsWhatTheChartsDoNotAllow() {
        try (TestCluster cluster = TestCluster.start("runners", "controller");
                KubernetesApi controller = cluster.connectAsController()) {
            assertThat(controller.client().pods().inNamespace("kube-system").list())
                    .isNotNull();
            assertThatThrownBy(() -> controller
                            .client()
                            .secrets()
                            .inNamespace("kube-system")
                            .list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN));
        }
    }
}
