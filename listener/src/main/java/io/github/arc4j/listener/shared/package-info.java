/**
 * The process that hosts the listeners of many scale sets. It watches the AutoscalingListeners that the controller gives
 * it, and has a {@link io.github.arc4j.listener.Listener} for each, with threads, credentials and failures of its own.
 */
@NullMarked
package io.github.arc4j.listener.shared;

import org.jspecify.annotations.NullMarked;
