package io.github.arc4j.controller.autoscalinglistener.pod;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;

/**
 * Additional certificate authorities that listeners trust: a ConfigMap in the controller's namespace, where listeners
 * run too.
 *
 * @param configMap name of the ConfigMap
 * @param key key of the certificates, in PEM format
 */
public record CaBundle(String configMap, String key) {
    private static final String VOLUME = "ca-bundle";
    private static final String DIRECTORY = "/etc/arc4j/ca-bundle";

    /**
     * Parses {@code name/key}.
     *
     * @throws IllegalArgumentException if the text does not have this form
     */
    public static CaBundle parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1 || slash != text.lastIndexOf('/')) {
            throw new IllegalArgumentException("must have the form CONFIGMAP/KEY: \"" + text + "\"");
        }
        return new CaBundle(text.substring(0, slash), text.substring(slash + 1));
    }

    /**
     * Mounts the ConfigMap as a directory, whose files the kubelet updates, and passes the path to the first container.
     */
    void mountIn(PodSpecBuilder pod) {
        pod.editFirstContainer()
                .addToEnv(new EnvVar("SSL_CERT_FILE", DIRECTORY + "/" + key, null))
                .addNewVolumeMount()
                .withName(VOLUME)
                .withMountPath(DIRECTORY)
                .withReadOnly(true)
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName(VOLUME)
                .withNewConfigMap()
                .withName(configMap)
                .endConfigMap()
                .endVolume();
    }
}
