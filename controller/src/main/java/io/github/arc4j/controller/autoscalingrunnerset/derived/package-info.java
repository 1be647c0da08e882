/** The desired state of the objects that are derived from an AutoscalingRunnerSet, and the patches that lead to it. */
@NullMarked
package io.github.arc4j.controller.autoscalingrunnerset.derived;

import org.jspecify.annotations.NullMarked;
