/** Checks of credentials and of the connection to GitHub. */
@NullMarked
package io.github.arc4j.cli.doctor.github;

import org.jspecify.annotations.NullMarked;
