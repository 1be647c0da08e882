/**
 * Faults of calls and of runners: what goes wrong, for which of them, and how often. They are added to
 * {@link io.github.arc4j.simulator.GitHubSimulator#faults()} and
 * {@link io.github.arc4j.simulator.GitHubSimulator#runnerFaults()}.
 */
@NullMarked
package io.github.arc4j.simulator.faults;

import org.jspecify.annotations.NullMarked;
