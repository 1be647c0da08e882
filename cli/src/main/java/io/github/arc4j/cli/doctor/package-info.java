/**
 * The report of {@code arc doctor}: all checks and their findings. Those of the whole cluster and of each scale set are
 * functions; checks of their own classes concern the controller, its listeners and definitions, GitHub, and the Go
 * system before a takeover.
 */
@NullMarked
package io.github.arc4j.cli.doctor;

import org.jspecify.annotations.NullMarked;
