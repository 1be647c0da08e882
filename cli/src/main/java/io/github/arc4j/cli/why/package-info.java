/**
 * The reports of {@code arc why}: the path of a job, runner or scale set, step by step, its first obstacle, and what to do
 * about it. Steps are functions.
 */
@NullMarked
package io.github.arc4j.cli.why;

import org.jspecify.annotations.NullMarked;
