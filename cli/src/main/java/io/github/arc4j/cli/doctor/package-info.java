/** The report of {@code arc doctor}: all checks and their findings. */
@NullMarked
package io.github.arc4j.cli.doctor;

import org.jspecify.annotations.NullMarked;
