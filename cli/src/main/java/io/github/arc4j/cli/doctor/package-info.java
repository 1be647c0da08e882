/** The checks of {@code arc doctor}. */
@NullMarked
package io.github.arc4j.cli.doctor;

import org.jspecify.annotations.NullMarked;
