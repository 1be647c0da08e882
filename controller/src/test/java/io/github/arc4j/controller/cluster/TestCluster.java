package io.github.arc4j.controller.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.http.Watches;
import io.github.arc4j.kube.pods.Kubelet;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The API server of a test, initially empty: the embedded one, or the real one that {@value #KUBECONFIG} names. On a
 * real one, a test is skipped when it uses a feature of the embedded one.
 */
public interface TestCluster extends AutoCloseable {
    /**
     * System property with the path of a kubeconfig with all permissions. The cluster must have no scheduler, and
     * everything in the tests' namespaces is deleted.
     */
    String KUBECONFIG = "test.kubeconfig";

    /** Label of what lets the controller do what it does, and no test has made. */
    String ACCESS = "test/access";

    /** A cluster in which pods stay as tests create them. */
    static TestCluster start(String runners, String controller) {
        return start(runners, controller, (PodRuntime) null);
    }

    /** A cluster without a node. The times of its objects are those of the clock, except on a real API server. */
    static TestCluster start(String runners, String controller, Clock clock) {
        return start(runners, controller, null, clock);
    }

    /**
     * A cluster with two namespaces.
     *
     * @param pods what containers do; null for no node
     */
    static TestCluster start(String runners, String controller, @Nullable PodRuntime pods) {
        return start(runners, controller, pods, Clock.systemUTC());
    }

    private static TestCluster start(String runners, String controller, @Nullable PodRuntime pods, Clock clock) {
        String kubeConfig = System.getProperty(KUBECONFIG, "");
        return kubeConfig.isEmpty()
                ? EmbeddedCluster.start(runners, controller, pods, clock)
                : RealCluster.start(Path.of(kubeConfig), runners, controller, pods);
    }

    /** A client with all permissions. */
    KubernetesApi connect(String userAgent);

    /** The controller, which on a real API server may do exactly what the charts' roles allow. */
    KubernetesApi connectAsController(RestClientMetrics metrics);

    /** The same for who does not look at the metrics. */
    default KubernetesApi connectAsController() {
        return connectAsController(new RestClientMetrics(new CollectorRegistry()));
    }

    /** A text that changes with each write to one of the tested objects. */
    String version();

    /** A number that changes with each write to an object of this kind, initially 0; empty if it is not known. */
    OptionalLong version(Class<? extends HasMetadata> kind);

    ObjectStore store();

    RequestLog requests();

    Faults faults();

    Watches watches();

    Kubelet kubelet();

    @Override
    void close();
}
