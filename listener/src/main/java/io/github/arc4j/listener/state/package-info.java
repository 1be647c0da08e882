/** The state of a listener's message session, in the terms used by probes, metrics and conditions. */
@NullMarked
package io.github.arc4j.listener.state;

import org.jspecify.annotations.NullMarked;
