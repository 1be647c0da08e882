/** How many runners a set should have, and which of them count. */
@NullMarked
package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import org.jspecify.annotations.NullMarked;
