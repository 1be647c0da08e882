package io.github.arc4j.api;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Names of the objects that are created for a runner scale set; except for {@link #uniqueListener}, they equal those of
 * the Go controller.
 */
public final class ScaleSetNames {
    private static final int SHORT_HASH = 8;
    private static final String LISTENER = "-listener";

    /** Hexadecimal digits of a collision-resistant hash. */
    private static final int UNIQUE_DIGITS = 32;

    /** The name is also a label and the host name of a pod. */
    private static final int MAX_LISTENER = 63;

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
        return name + "-" + shortHash(namespace + "@" + runnerGroup + "@" + githubConfigUrl) + LISTENER;
    }

    /**
     * Name of the AutoscalingListener and of its other objects if the listener of another scale set has the usual name.
     * Whoever chooses namespace, name, runner group and URL of a scale set can give it the usual name of any listener,
     * whose hash has 32 bits, but not this one.
     *
     * @param namespace namespace of the AutoscalingRunnerSet
     * @param name name of the AutoscalingRunnerSet
     * @param runnerGroup {@code spec.runnerGroup}, unchanged; may be empty
     * @param githubConfigUrl {@code spec.githubConfigUrl}, unchanged
     * @return the name, of at most 63 characters
     */
    public static String uniqueListener(String namespace, String name, String runnerGroup, String githubConfigUrl) {
        String hash = Sha256.of(namespace + "/" + name + "@" + runnerGroup + "@" + githubConfigUrl)
                .substring(0, UNIQUE_DIGITS);
        String end = "-" + hash + LISTENER;
        String start = name.substring(0, Math.min(name.length(), MAX_LISTENER - end.length()));
        // No part of a name between dots may begin with a hyphen.
        return start.replaceAll("[.-]+$", "") + end;
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
     * Name of the Secret in the controller's namespace with the client certificate for the vaults of a namespace.
     *
     * @param namespace namespace of the scale sets
     * @return the name
     */
    public static String vaultCertificateSecret(String namespace) {
        return "vault-certificate-" + namespace;
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
