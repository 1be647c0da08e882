/**
 * The EphemeralRunner reconciler: registers one runner at GitHub, gives it a pod, follows the pod to its end, and takes
 * runner, pod and secret away again. A JIT config is used for one pod only.
 */
@NullMarked
package io.github.arc4j.controller.ephemeralrunner;

import org.jspecify.annotations.NullMarked;
