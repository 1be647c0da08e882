/** A listener's pod: how it is built from the template, which templates are allowed, and when it is recreated. */
@NullMarked
package io.github.arc4j.controller.autoscalinglistener.pod;

import org.jspecify.annotations.NullMarked;
