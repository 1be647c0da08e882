/**
 * Shared by the controller and the listener: logging, HTTP endpoints for metrics and health, and the configuration file
 * that the controller writes and the listener reads.
 */
@NullMarked
package io.github.arc4j.process;

import org.jspecify.annotations.NullMarked;
