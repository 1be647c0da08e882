package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;

/**
 * Certificate authorities that listeners trust, in a ConfigMap of the controller's namespace, where listeners run, too.
 *
 * @param configMap its name
 * @param key its entry, certificates in PEM
 */
public record CaBundle(String configMap, String key) {
    private static final String VOLUME = "ca-bundle";
    private static final String FOLDER = "/etc/arc4j/ca-bundle";

    /**
     * Reads {@code name/key}.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static CaBundle parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1 || slash != text.lastIndexOf('/')) {
            throw new IllegalArgumentException("must be the name of a ConfigMap, a slash and a key: \"" + text + "\"");
        }
        return new CaBundle(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Mounts the ConfigMap as a folder, whose files follow its changes, and names the file to the first container. */
    void mountIn(PodSpecBuilder pod) {
        pod.editFirstContainer()
                .addToEnv(new EnvVarBuilder()
                        .withName("SSL_CERT_FILE")
                        .withValue(FOLDER + "/" + key)
                        .build())
                .addNewVolumeMount()
                .withName(VOLUME)
                .withMountPath(FOLDER)
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
