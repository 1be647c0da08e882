package io.github.arc4j.controller.autoscalinglistener.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The client certificates for vaults that all shared listeners have: the Secret of each of some namespaces, mounted in
 * the directory of that namespace.
 */
public record SharedCertificates(Set<String> namespaces, CertificateDirectory directory) {
    public static final SharedCertificates NONE = new SharedCertificates(Set.of(), CertificateDirectory.DEFAULT);

    private static final Set<String> SECRET_FIELDS = Set.of("secretName", "optional", "defaultMode");
    private static final Set<String> MOUNT_FIELDS = Set.of("name", "mountPath", "readOnly");

    public SharedCertificates {
        namespaces = Set.copyOf(namespaces);
    }

    /**
     * Removes the volume from a {@code listenerTemplate} that mounts the certificate exactly where shared listeners have
     * it.
     *
     * @param template changed by this method
     */
    public void removeMount(ObjectNode template, String namespace) {
        JsonNode spec = template.path("spec");
        if (!namespaces.contains(namespace) || !(spec.path("volumes") instanceof ArrayNode volumes)) {
            return;
        }
        Set<String> mounted = new HashSet<>();
        volumes.forEach(volume -> {
            if (isCertificate(volume, namespace) && isOnlyMountedInPlace(spec, volume.path("name"), namespace)) {
                mounted.add(volume.path("name").asText());
            }
        });
        volumes.removeIf(volume -> mounted.contains(volume.path("name").asText()));
        mounts(spec)
                .forEach(mounts -> mounts.removeIf(
                        mount -> mounted.contains(mount.path("name").asText())));
    }

    private static boolean isCertificate(JsonNode volume, String namespace) {
        JsonNode secret = volume.path("secret");
        return volume.size() == 2
                && secret.path("secretName").asText().equals(ScaleSetNames.vaultCertificateSecret(namespace))
                && names(secret).allMatch(SECRET_FIELDS::contains);
    }

    private boolean isOnlyMountedInPlace(JsonNode spec, JsonNode volume, String namespace) {
        return mounts(spec).stream()
                .flatMap(ArrayNode::valueStream)
                .filter(mount -> mount.path("name").equals(volume))
                .allMatch(mount -> mount.path("mountPath")
                                .asText()
                                .equals(directory.of(namespace).toString())
                        && names(mount).allMatch(MOUNT_FIELDS::contains));
    }

    /** The volume mounts of all containers. */
    private static List<ArrayNode> mounts(JsonNode spec) {
        return spec.path("containers")
                .valueStream()
                .map(container -> container.path("volumeMounts"))
                .filter(ArrayNode.class::isInstance)
                .map(ArrayNode.class::cast)
                .toList();
    }

    private static Stream<String> names(JsonNode object) {
        return object.propertyStream().map(field -> field.getKey());
    }
}
