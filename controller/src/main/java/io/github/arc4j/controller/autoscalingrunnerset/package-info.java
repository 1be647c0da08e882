/**
 * The AutoscalingRunnerSet reconciler: registers a runner scale set on GitHub, keeps its EphemeralRunnerSet and
 * AutoscalingListener in line with the spec, reports their state, and deletes everything in the right order.
 */
@NullMarked
package io.github.arc4j.controller.autoscalingrunnerset;

import org.jspecify.annotations.NullMarked;
