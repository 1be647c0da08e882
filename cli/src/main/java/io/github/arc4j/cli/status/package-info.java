/** The reports of {@code arc status} and {@code arc runners}. */
@NullMarked
package io.github.arc4j.cli.status;

import org.jspecify.annotations.NullMarked;
