package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ScaleSetApi;

/** Gives out clients of the Actions service. */
@FunctionalInterface
public interface GitHubClients {
    /**
     * The client for this access; cheap when one was made before. It must not be closed by the caller.
     *
     * @throws GitHubAccessException if the spec, a Secret or a ConfigMap does not allow to make one; its message tells
     *     the user what to mend
     */
    ScaleSetApi client(GitHubAccess access) throws GitHubAccessException;
}
