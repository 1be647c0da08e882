package io.github.arc4j.cli.why;

/**
 * Checks one step of a path.
 *
 * @param <T> a scale set or a runner
 */
@FunctionalInterface
interface Stage<T> {
    Step check(T subject);
}
