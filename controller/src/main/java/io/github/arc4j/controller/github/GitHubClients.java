package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
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

    /**
     * One or several calls that succeed or fail together.
     *
     * @param <E> other failures
     */
    @FunctionalInterface
    interface Calls<T, E extends Exception> {
        T run(ScaleSetApi github) throws InterruptedException, E;
    }

    /**
     * Makes the calls with the client for this access.
     *
     * @throws GitHubCallException if there is no client, or a call fails
     */
    default <T, E extends Exception> T call(GitHubAccess access, Calls<T, E> calls)
            throws GitHubCallException, InterruptedException, E {
        try {
            return calls.run(client(access));
        } catch (GitHubAccessException e) {
            throw new GitHubCallException(GitHubFailure.of(e), e);
        } catch (ActionsException e) {
            throw new GitHubCallException(GitHubFailure.of(e), e);
        }
    }
}
