/** The reports of {@code arc why}: the path of a job, runner or scale set, and its first obstacle. */
@NullMarked
package io.github.arc4j.cli.why;

import org.jspecify.annotations.NullMarked;
