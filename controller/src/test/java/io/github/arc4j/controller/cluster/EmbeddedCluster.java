package io.github.arc4j.controller.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.http.Watches;
import io.github.arc4j.kube.pods.Kubelet;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The one in this process. Everybody may do everything. */
record EmbeddedCluster(EmbeddedKube kube) implements TestCluster {
    static EmbeddedCluster start(String runners, String controller, @Nullable PodRuntime pods, Clock clock) {
        EmbeddedKube.Builder builder =
                EmbeddedKube.builder().namespaces(runners, controller).clock(clock);
        if (pods != null) {
            builder.pods(pods);
        }
        CustomResources.DEFINITIONS.forEach(builder::crd);
        return new EmbeddedCluster(builder.start());
    }

    @Override
    public KubernetesApi connect(String userAgent) {
        return connect(userAgent, new RestClientMetrics(new CollectorRegistry()));
    }

    @Override
    public KubernetesApi connectAsController(RestClientMetrics metrics) {
        return connect("controller", metrics);
    }

    private KubernetesApi connect(String userAgent, RestClientMetrics metrics) {
        Config access = Config.empty();
        access.setMasterUrl(kube.uri() + "/");
        return KubernetesApi.connect(access, userAgent, metrics, SharedSerialization.INSTANCE);
    }

    @Override
    public String version() {
        return Long.toString(kube.store().version());
    }

    @Override
    public OptionalLong version(Class<? extends HasMetadata> kind) {
        return OptionalLong.of(kube.store()
                .resource(HasMetadata.getGroup(kind), HasMetadata.getVersion(kind), HasMetadata.getPlural(kind))
                .orElseThrow()
                .version());
    }

    @Override
    public ObjectStore store() {
        return kube.store();
    }

    @Override
    public RequestLog requests() {
        return kube.requests();
    }

    @Override
    public Faults faults() {
        return kube.faults();
    }

    @Override
    public Watches watches() {
        return kube.watches();
    }

    @Override
    public Kubelet kubelet() {
        return kube.kubelet();
    }

    @Override
    public void close() {
        kube.close();
    }
}
