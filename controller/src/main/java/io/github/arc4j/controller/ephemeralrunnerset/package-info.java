/**
 * The EphemeralRunnerSet reconciler: creates as many EphemeralRunners as the listener requests, deletes surplus idle
 * ones, replaces those of a former template and those that failed, and never touches a runner that has a job. {@link
 * io.github.arc4j.controller.ephemeralrunnerset.scaling.RunnerCount} decides how many there should be.
 */
@NullMarked
package io.github.arc4j.controller.ephemeralrunnerset;

import org.jspecify.annotations.NullMarked;
