/**
 * A typed, blocking client for the runner scale sets of GitHub Actions: registration with GitHub's REST API, scale
 * sets, just-in-time runner configurations and the message session that reports how many runners are needed.
 *
 * <p>Start with {@link io.github.arc4j.actions.ActionsClient}. Calls block, may run concurrently in any number, are
 * designed for virtual threads and throw {@link java.lang.InterruptedException} when their thread is interrupted. Every
 * response leads to a return value or to a subclass of {@link io.github.arc4j.actions.ActionsException}. In records
 * read from the service, a missing string is empty, a missing number is 0 and a missing list is empty.
 */
@NullMarked
package io.github.arc4j.actions;

import org.jspecify.annotations.NullMarked;
