package io.github.arc4j.kube.pods;

/** What containers do, as code in this process. */
@FunctionalInterface
public interface PodRuntime {

    /**
     * Runs a pod's main container on a virtual thread of its own. The pod counts as running and ready from before the call.
     *
     * @return the container's exit code
     * @throws InterruptedException when the pod was deleted while it ran: exit code 143
     * @throws Exception counts as exit code 1
     */
    int run(PodContext pod) throws Exception;
}
