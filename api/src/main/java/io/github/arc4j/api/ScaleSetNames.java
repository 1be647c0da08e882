package io.github.arc4j.api;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Names of the objects that are created for a runner scale set; they equal those of the Go controller. */
public final class ScaleSetNames {
    private static final int SHORT_HASH = 8;

    private ScaleSetNames() {}

    /**
     * Name of the AutoscalingListener, its ServiceAccount, pod, Role and RoleBinding.
     *
     * @param namespace namespace of the AutoscalingRunnerSet
     * @param name name of the AutoscalingRunnerSet
     * @param runnerGroup {@code spec.runnerGroup}, unchanged; may be empty
     * @param githubConfigUrl {@code spec.githubConfigUrl}, unchanged
     * @return the name
     */
    public static String listener(String namespace, String name, String runnerGroup, String githubConfigUrl) {
        return name + "-" + shortHash(namespace + "@" + runnerGroup + "@" + githubConfigUrl) + "-listener";
    }

    /**
     * Name of the Secret with the configuration of a listener.
     *
     * @param listener name of the AutoscalingListener
     * @return the name
     */
    public static String listenerConfigSecret(String listener) {
        return listener + "-config";
    }

    /**
     * Name of the Secret with the proxies of a listener.
     *
     * @param listener name of the AutoscalingListener
     * @return the name
     */
    public static String listenerProxySecret(String listener) {
        return listener + "-proxy";
    }

    /**
     * Name of the Role and RoleBinding that allow a shared listener to read a listener's Secrets and to write its
     * status.
     *
     * @param listener name of the AutoscalingListener
     * @return the name
     */
    public static String sharedListenerRole(String listener) {
        return listener + "-shared";
    }

    /**
     * Name of the EphemeralRunnerSet of an AutoscalingRunnerSet.
     *
     * @param autoscalingRunnerSet name of the AutoscalingRunnerSet
     * @return the same name
     */
    public static String ephemeralRunnerSet(String autoscalingRunnerSet) {
        return autoscalingRunnerSet;
    }

    /**
     * Name of the Secret with the proxies of a set's runners.
     *
     * @param namespace namespace of the EphemeralRunnerSet
     * @param ephemeralRunnerSet name of the EphemeralRunnerSet
     * @return the name
     */
    public static String runnerProxySecret(String namespace, String ephemeralRunnerSet) {
        return ephemeralRunnerSet + "-" + shortHash(namespace) + "-runner-proxy";
    }

    /**
     * The {@code generateName} of EphemeralRunners, to which the API server appends five characters.
     *
     * @param ephemeralRunnerSet name of the EphemeralRunnerSet
     * @return the beginning of the names
     */
    public static String runnerPrefix(String ephemeralRunnerSet) {
        return ephemeralRunnerSet + "-runner-";
    }

    private static String shortHash(String text) {
        String hash = fnv(text);
        return hash.substring(0, Math.min(SHORT_HASH, hash.length()));
    }

    /**
     * 32-bit FNV-1a of the UTF-8 bytes, in decimal, with each digit replaced by a character from an alphabet that
     * spells no words.
     */
    static String fnv(String text) {
        int hash = 0x811c9dc5;
        for (byte b : text.getBytes(UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        StringBuilder encoded = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            encoded.append("456789bcdf".charAt(digit - '0'));
        }
        return encoded.toString();
    }
}
