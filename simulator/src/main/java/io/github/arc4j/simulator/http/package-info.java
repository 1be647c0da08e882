/** The HTTP servers of the simulator, and how requests reach its endpoints. */
@NullMarked
package io.github.arc4j.simulator.http;

import org.jspecify.annotations.NullMarked;
