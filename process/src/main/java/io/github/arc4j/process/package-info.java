/**
 * Shared by the controller and the listener: the configuration file that the controller writes and the listener reads,
 * the build's version, and a limit on garbage. The other packages of this module contain the log, the HTTP server, the
 * order of addresses, and the advice for problems.
 */
@NullMarked
package io.github.arc4j.process;

import org.jspecify.annotations.NullMarked;
