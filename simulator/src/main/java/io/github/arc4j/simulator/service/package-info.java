/**
 * The state and the logic of the service, without HTTP: scale sets, sessions, message queues, runners, jobs and tokens.
 * All state is guarded by one {@link io.github.arc4j.simulator.service.Monitor}.
 */
@NullMarked
package io.github.arc4j.simulator.service;

import org.jspecify.annotations.NullMarked;
