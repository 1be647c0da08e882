/**
 * The state of the service: scale sets with their sessions and message queues, runners, and jobs. All of it is guarded
 * by one {@link io.github.arc4j.simulator.service.state.Monitor}.
 */
@NullMarked
package io.github.arc4j.simulator.service.state;

import org.jspecify.annotations.NullMarked;
