/**
 * A listener's pod: how it is built from the template, which templates are allowed, when it is recreated, and why it is
 * not ready.
 */
@NullMarked
package io.github.arc4j.controller.autoscalinglistener.pod;

import org.jspecify.annotations.NullMarked;
