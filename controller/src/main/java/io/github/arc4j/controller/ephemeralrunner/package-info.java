/**
 * The EphemeralRunner reconciler: registers a runner on GitHub, creates its pod, follows the pod to its end, and
 * removes the runner, pod and Secret. A JIT config is used for one pod only.
 */
@NullMarked
package io.github.arc4j.controller.ephemeralrunner;

import org.jspecify.annotations.NullMarked;
