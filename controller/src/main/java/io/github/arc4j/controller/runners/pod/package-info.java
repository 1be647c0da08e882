/**
 * The pod of a runner: how it is built and marked while it runs a job, which state it is in, and why it failed. Pure
 * functions.
 */
@NullMarked
package io.github.arc4j.controller.runners.pod;

import org.jspecify.annotations.NullMarked;
