/** Routes, calls and responses: which endpoint responds to a call, and what the simulator checks first. */
@NullMarked
package io.github.arc4j.simulator.http.routing;

import org.jspecify.annotations.NullMarked;
