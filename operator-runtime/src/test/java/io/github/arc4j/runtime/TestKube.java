package io.github.arc4j.runtime;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.util.Map;
import org.awaitility.Awaitility;

/** An API server, the connection under test, and another one for the test itself. */
public final class TestKube implements AutoCloseable {
    private static final KubernetesApi.Serialization SERIALIZATION = KubernetesApi.Serialization.create();

    public static final String NAMESPACE = "default";

    public final EmbeddedKube server;
    public final CollectorRegistry registry = new CollectorRegistry();
    public final KubernetesApi api;
    /** The test's own client; its user agent is {@code test}. */
    public final KubernetesClient client;

    private final KubernetesApi testApi;

    public TestKube() {
        this(EmbeddedKube.builder());
    }

    public TestKube(EmbeddedKube.Builder builder) {
        server = builder.start();
        api = connect(server.uri(), "arc4j", registry);
        testApi = connect(server.uri(), "test", new CollectorRegistry());
        client = testApi.client();
    }

    public static KubernetesApi connect(URI uri, String userAgent, CollectorRegistry registry) {
        Config access = Config.empty();
        access.setMasterUrl(uri + "/");
        return KubernetesApi.connect(access, userAgent, new RestClientMetrics(registry), SERIALIZATION);
    }

    public static ConfigMap map(String name, String value) {
        return map(NAMESPACE, name, value);
    }

    public static ConfigMap map(String namespace, String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withData(Map.of("value", value))
                .build();
    }

    public ConfigMap create(String name, String value) {
        return client.resource(map(name, value)).create();
    }

    public ConfigMap update(String name, String value) {
        return client.resource(map(name, value)).update();
    }

    public void delete(String name) {
        client.configMaps().inNamespace(NAMESPACE).withName(name).delete();
    }

    /** Somebody else takes a lease, though its holder may renew it at the same time. */
    public void stealLease(String name) {
        Awaitility.await().ignoreExceptions().untilAsserted(() -> {
            Lease stolen = new LeaseBuilder(lease(name))
                    .editSpec()
                    .withHolderIdentity("thief")
                    .endSpec()
                    .build();
            client.resource(stolen).update();
        });
    }

    public Lease lease(String name) {
        return client.resources(Lease.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    /** Requests of the connection under test. */
    public long requests(String verb, String target) {
        return server.requests()
                .count(request -> request.userAgent().equals("arc4j")
                        && request.verb().equals(verb)
                        && request.target().equals(target));
    }

    @Override
    public void close() {
        api.close();
        testApi.close();
        server.close();
    }
}
