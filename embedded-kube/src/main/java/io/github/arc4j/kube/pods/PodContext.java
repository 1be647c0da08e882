package io.github.arc4j.kube.pods;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A container's view of its pod, and its means to report status. */
public interface PodContext {

    /** The pod; read-only. */
    JsonNode pod();

    String namespace();

    String name();

    /** Name of the main container: the one named by {@code kubectl.kubernetes.io/default-container}, or the first. */
    String mainContainer();

    /**
     * The environment of a container, with references to Secrets, ConfigMaps and fields of the pod resolved.
     *
     * @throws IllegalArgumentException if the pod has no such container
     */
    Map<String, String> environment(String container);

    /**
     * The files of a Secret or ConfigMap volume by name; empty for other kinds of volumes.
     *
     * @throws IllegalArgumentException if the pod has no such volume
     */
    Map<String, byte[]> volume(String name);

    /** Sets the Ready condition, which is initially true. */
    void ready(boolean ready);

    /**
     * Reports that a container other than the main container has exited; containers that are not reported exit with 0
     * together with the main container.
     */
    void exit(String container, int exitCode);
}
