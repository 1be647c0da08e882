/**
 * A typed, blocking client for the runner scale sets of GitHub Actions: registration with GitHub's REST API, scale
 * sets, just-in-time runner configurations and the message session that reports how many runners are needed.
 *
 * <p>Start with {@link io.github.arc4j.actions.ActionsClient}. Calls block, may run concurrently in any number, are
 * designed for virtual threads and throw {@link java.lang.InterruptedException} when their thread is interrupted. Every
 * response leads to a return value or to a subclass of
 * {@link io.github.arc4j.actions.errors.ActionsException}.
 *
 * <p>This package contains the client with its settings and credentials. The objects of the service are in
 * {@code model}, the events about jobs in {@code messages}, the exceptions in {@code errors}, and a message loop for
 * programs that start runners in {@code loop}.
 */
@NullMarked
package io.github.arc4j.actions;

import org.jspecify.annotations.NullMarked;
