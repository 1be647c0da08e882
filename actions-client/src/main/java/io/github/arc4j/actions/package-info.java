/**
 * A typed, blocking client for the runner scale sets of GitHub Actions: registration with GitHub's REST API, scale
 * sets, just-in-time runner configurations and the message session that tells how many runners are wanted.
 *
 * <p>Start with {@link io.github.arc4j.actions.ActionsClient}. Calls block, may run concurrently in any number, are
 * meant for virtual threads and end with {@link java.lang.InterruptedException} when their thread is interrupted.
 * Whatever the service answers ends in a value or in a subclass of {@link io.github.arc4j.actions.ActionsException}.
 * In records read from the service a missing text is empty, a missing number is 0 and a missing list is empty.
 */
@NullMarked
package io.github.arc4j.actions;

import org.jspecify.annotations.NullMarked;
