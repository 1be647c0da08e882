package io.github.arc4j.demo.stage;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Creates namespaces. */
public final class Namespaces {
    private static final int TIMEOUT_SECONDS = 30;

    private Namespaces() {}

    /**
     * Creates a namespace, and waits for the objects that the cluster creates in it: without the default service
     * account, pods cannot be created.
     */
    public static void create(KubernetesClient client, String name) {
        create(client, name, Map.of());
    }

    /** Creates a namespace with labels in the same way. */
    public static void create(KubernetesClient client, String name, Map<String, String> labels) {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build())
                .create();
        client.serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(Objects::nonNull, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        client.configMaps()
                .inNamespace(name)
                .withName("kube-root-ca.crt")
                .waitUntilCondition(Objects::nonNull, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Adds labels to a namespace, or changes their values. */
    public static void label(KubernetesClient client, String name, Map<String, String> labels) {
        client.namespaces()
                .withName(name)
                .edit(namespace -> new NamespaceBuilder(namespace)
                        .editMetadata()
                        .addToLabels(labels)
                        .endMetadata()
                        .build());
    }
}
