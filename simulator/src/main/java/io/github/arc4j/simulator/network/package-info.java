/** Network conditions between a cluster and GitHub, for tests: proxies, lost connections, private certificates. */
@NullMarked
package io.github.arc4j.simulator.network;

import org.jspecify.annotations.NullMarked;
