/** The command line tool {@code arc}: its commands, options and exit codes. */
@NullMarked
package io.github.arc4j.cli;

import org.jspecify.annotations.NullMarked;
