/**
 * The process that hosts the listeners of many scale sets. It watches the AutoscalingListeners that the controller
 * assigns to it, and runs a {@link io.github.arc4j.listener.Listener} for each, with its own threads, credentials and
 * failures.
 */
@NullMarked
package io.github.arc4j.listener.shared;

import org.jspecify.annotations.NullMarked;
