/**
 * The GitHub side of runner scale sets, for tests and demos: {@link io.github.arc4j.simulator.GitHubSimulator} serves
 * the wire protocol and is controlled through its methods or the HTTP admin API.
 */
@NullMarked
package io.github.arc4j.simulator;

import org.jspecify.annotations.NullMarked;
