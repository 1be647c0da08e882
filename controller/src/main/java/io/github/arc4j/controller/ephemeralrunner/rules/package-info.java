/** The rules for a runner: what to do next, given its status, its pod and the time, and which status follows. */
@NullMarked
package io.github.arc4j.controller.ephemeralrunner.rules;

import org.jspecify.annotations.NullMarked;
