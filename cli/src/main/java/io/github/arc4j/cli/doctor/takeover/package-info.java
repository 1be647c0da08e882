/** Checks before arc4j takes over a cluster from the Go controller. */
@NullMarked
package io.github.arc4j.cli.doctor.takeover;

import org.jspecify.annotations.NullMarked;
