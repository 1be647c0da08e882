/**
 * The EphemeralRunnerSet reconciler: makes as many EphemeralRunners as the listener asks for, takes idle ones away,
 * replaces those of a former template and those that failed, and never touches a runner that has a job.
 */
@NullMarked
package io.github.arc4j.controller.ephemeralrunnerset;

import org.jspecify.annotations.NullMarked;
