/**
 * The AutoscalingListener reconciler: gives each scale set a listener pod with only the permissions and configuration
 * that it needs, recreates the pod when they change, and restarts it with backoff when it ends.
 */
@NullMarked
package io.github.arc4j.controller.autoscalinglistener;

import org.jspecify.annotations.NullMarked;
