package io.github.arc4j.kube.pods;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What a container sees of its pod, and what it may report. */
public interface PodContext {

    /** The pod as it was when it started; read only. */
    JsonNode pod();

    String namespace();

    String name();

    /** Name of the main container: the one that {@code kubectl.kubernetes.io/default-container} names, or the first. */
    String mainContainer();

    /**
     * The environment of a container, with references to Secrets, ConfigMaps and fields of the pod resolved.
     *
     * @throws IllegalArgumentException when the pod has no such container
     */
    Map<String, String> environment(String container);

    /**
     * The files of a Secret or ConfigMap volume by name; empty for other kinds of volumes.
     *
     * @throws IllegalArgumentException when the pod has no such volume
     */
    Map<String, byte[]> volume(String name);

    /** Sets the Ready condition, which is true at first. */
    void ready(boolean ready);

    /** Reports that a container other than the main one has ended; those not reported end with 0 when the main one does. */
    void exit(String container, int exitCode);
}
