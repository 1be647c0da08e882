package io.github.arc4j.kube.pods;

/** The implementation of containers as code in this process. */
@FunctionalInterface
public interface PodRuntime {

    /**
     * Runs a pod's main container on its own virtual thread. The pod is already running and ready when this method is
     * called.
     *
     * @return the container's exit code
     * @throws InterruptedException if the pod is deleted while it is running: exit code 143
     * @throws Exception treated as exit code 1
     */
    int run(PodContext pod) throws Exception;
}
