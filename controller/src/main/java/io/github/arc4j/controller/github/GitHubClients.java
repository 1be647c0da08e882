package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;

/** Provides clients of the Actions service. */
@FunctionalInterface
public interface GitHubClients {
    /**
     * The client for this access; cheap if it already exists. The caller must not close it.
     *
     * @throws GitHubAccessException if the spec, a Secret or a ConfigMap is missing or invalid; the message states what
     *     to fix
     */
    ScaleSetApi client(GitHubAccess access) throws GitHubAccessException;
}
