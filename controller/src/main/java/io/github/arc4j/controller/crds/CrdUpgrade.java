package io.github.arc4j.controller.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.arc4j.api.Crds;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.client.KubernetesApi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades the CustomResourceDefinitions to those of this version, because {@code helm upgrade} never changes them.
 * Whoever installed them, they keep their labels, annotations and owners.
 *
 * <p>Nothing is ever removed: the API server would drop the values of a removed field from all objects. This version
 * may be older than the definitions, for example if two controllers in one cluster have different versions.
 */
public final class CrdUpgrade {
    private static final Logger log = LoggerFactory.getLogger(CrdUpgrade.class);
    private static final ResourceDefinitionContext DEFINITIONS = new ResourceDefinitionContext.Builder()
            .withGroup("apiextensions.k8s.io")
            .withVersion("v1")
            .withKind("CustomResourceDefinition")
            .withPlural("customresourcedefinitions")
            .withNamespaced(false)
            .build();

    /**
     * Helm's own: Helm 4 applies the CRDs of a chart when it installs a release, and fails if another field manager has
     * set different values.
     */
    private static final String FIELD_MANAGER = "helm";

    private static final String SPEC = "spec";
    private static final int ATTEMPTS = 5;

    private final KubernetesClient client;
    private final ObjectMapper json;

    public CrdUpgrade(KubernetesApi api) {
        this.client = api.client();
        this.json = api.json();
    }

    /**
     * Upgrades or creates all definitions. A second run changes nothing.
     *
     * @throws KubernetesClientException if one cannot be read or written; those before it are upgraded
     */
    public void run() {
        for (Crds.Crd crd : Crds.load()) {
            JsonNode wanted = crd.json();
            String name = wanted.at("/metadata/name").textValue();
            log.info("CustomResourceDefinition {}: {}", name, upgrade(name, wanted));
        }
    }

    private String upgrade(String name, JsonNode wanted) {
        for (int attempt = 1; ; attempt++) {
            try {
                return upgradeOnce(name, wanted);
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e) || attempt == ATTEMPTS) {
                    throw e;
                }
                // It has changed since it was read.
            }
        }
    }

    private String upgradeOnce(String name, JsonNode wanted) {
        GenericKubernetesResource live =
                client.genericKubernetesResources(DEFINITIONS).withName(name).get();
        if (live == null) {
            apply(name, null, wanted.path(SPEC));
            return "created";
        }
        ObjectNode present = json.valueToTree(live.getAdditionalProperties().get(SPEC));
        ObjectNode merged = present.deepCopy();
        merge(merged, wanted.path(SPEC));
        if (merged.equals(present)) {
            return "up to date";
        }
        apply(name, live.getMetadata().getResourceVersion(), merged);
        return "upgraded";
    }

    /** Adds and overwrites fields, and removes none. Versions are merged by name; other lists are replaced. */
    private static void merge(ObjectNode live, JsonNode wanted) {
        wanted.properties().forEach(field -> {
            JsonNode present = live.path(field.getKey());
            if (present instanceof ObjectNode object && field.getValue().isObject()) {
                merge(object, field.getValue());
            } else if (present instanceof ArrayNode versions && field.getKey().equals("versions")) {
                field.getValue().forEach(version -> mergeVersion(versions, version));
            } else if (!field.getValue().equals(present)) {
                live.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    private static void mergeVersion(ArrayNode versions, JsonNode wanted) {
        for (JsonNode version : versions) {
            if (version.path("name").equals(wanted.path("name"))) {
                merge((ObjectNode) version, wanted);
                return;
            }
        }
        versions.add(wanted.deepCopy());
    }

    /** @param resourceVersion the version that {@code spec} was derived from; null if there is no definition yet */
    private void apply(String name, @Nullable String resourceVersion, JsonNode spec) {
        GenericKubernetesResource crd = new GenericKubernetesResource();
        crd.setApiVersion("apiextensions.k8s.io/v1");
        crd.setKind("CustomResourceDefinition");
        crd.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withResourceVersion(resourceVersion)
                .build());
        crd.setAdditionalProperty(SPEC, spec);
        client.genericKubernetesResources(DEFINITIONS)
                .resource(crd)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }
}
