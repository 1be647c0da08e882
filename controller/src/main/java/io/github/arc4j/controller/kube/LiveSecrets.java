package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesResourceUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Secrets that the controller creates. They are not watched, so each call is a request to the API server. */
public final class LiveSecrets {
    private final ObjectMapper mapper;
    private final LiveObjects objects;
    private final ObjectRequests requests;

    public LiveSecrets(KubernetesClient client, ObjectMapper mapper, LiveObjects objects) {
        this.mapper = mapper;
        this.objects = objects;
        this.requests = new ObjectRequests(client, Secret.class, mapper);
    }

    /**
     * The Secret; null if there is none.
     *
     * @param name may come from a user: for {@code ?x}, the client would request all Secrets
     */
    public @Nullable Secret get(String namespace, String name) {
        if (!KubernetesResourceUtil.isValidSubdomainName(name)) {
            return null;
        }
        return objects.ofTenant(namespace, Secret.class, namespace, name);
    }

    /** @throws KubernetesClientException with code 409 if the name exists */
    public void create(Secret secret) {
        requests.create(secret);
    }

    /**
     * Creates or updates the Secret's data, labels and annotations; labels and annotations that others added are kept.
     *
     * @return whether something was written
     */
    public boolean ensure(Secret desired) {
        String namespace = desired.getMetadata().getNamespace();
        String name = desired.getMetadata().getName();
        Secret live = objects.ofTenant(namespace, Secret.class, namespace, name);
        if (live == null) {
            try {
                create(desired);
                return true;
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e)) {
                    throw e;
                }
                live = Objects.requireNonNull(
                        objects.ofTenant(namespace, Secret.class, namespace, name), "deleted while it was compared");
            }
        }
        boolean same = desired.getData().equals(live.getData())
                && MergePatch.metadata(
                                live,
                                desired.getMetadata().getLabels(),
                                desired.getMetadata().getAnnotations())
                        .isEmpty();
        if (!same) {
            requests.patch(live, "", mapper.valueToTree(desired));
        }
        return !same;
    }

    /** Removes a finalizer from a Secret, if both exist. */
    public void removeFinalizer(String namespace, String name, String finalizer) {
        Secret live = get(namespace, name);
        if (live == null || !live.getMetadata().getFinalizers().contains(finalizer)) {
            return;
        }
        List<String> remaining = new ArrayList<>(live.getMetadata().getFinalizers());
        remaining.remove(finalizer);
        requests.patch(live, "", ObjectRequests.finalizersPatch(live, remaining));
    }

    /** Deletes the Secret, if it exists. */
    public void delete(String namespace, String name) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
        ResourceClient.ifFound(() -> requests.delete(secret, new DeleteOptions()));
    }

    /** Encodes text as Secret data. */
    public static Map<String, String> encode(Map<String, String> data) {
        Map<String, String> encoded = new TreeMap<>();
        data.forEach((key, value) ->
                encoded.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return encoded;
    }

    /** The environment variable of a container that gets its value from an entry of a Secret. */
    public static EnvVar variable(String name, String secret, String key) {
        return new EnvVar(
                name,
                null,
                new EnvVarSourceBuilder().withNewSecretKeyRef(key, secret, null).build());
    }
}
