/**
 * The AutoscalingRunnerSet reconciler: registers a runner scale set at GitHub, keeps its EphemeralRunnerSet and its
 * AutoscalingListener as the user's object says, reports how they are, and takes everything away in the right order.
 */
@NullMarked
package io.github.arc4j.controller.autoscalingrunnerset;

import org.jspecify.annotations.NullMarked;
