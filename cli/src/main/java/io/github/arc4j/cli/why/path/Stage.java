package io.github.arc4j.cli.why.path;

/**
 * Checks one step of a path.
 *
 * @param <T> a scale set or a runner
 */
@FunctionalInterface
public interface Stage<T> {
    Step check(T subject);
}
