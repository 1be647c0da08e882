/**
 * The AutoscalingListener reconciler: gives each scale set a listener pod with just the permissions and the
 * configuration that it needs, renews the pod when they change, and starts it again with back-off when it ends.
 */
@NullMarked
package io.github.arc4j.controller.autoscalinglistener;

import org.jspecify.annotations.NullMarked;
