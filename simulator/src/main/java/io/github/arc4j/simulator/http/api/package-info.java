/** The endpoints of GitHub's REST API and of the Actions service, and the simulator's own for tests. */
@NullMarked
package io.github.arc4j.simulator.http.api;

import org.jspecify.annotations.NullMarked;
