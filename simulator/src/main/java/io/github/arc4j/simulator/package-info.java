/**
 * The GitHub side of runner scale sets, for tests and demos: {@link io.github.arc4j.simulator.GitHubSimulator} serves the wire protocol and
 * is driven through its methods or through the HTTP admin API.
 */
@NullMarked
package io.github.arc4j.simulator;

import org.jspecify.annotations.NullMarked;
