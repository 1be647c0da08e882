/** The steps of a scale set, from its controller to running jobs. */
@NullMarked
package io.github.arc4j.cli.why.scaleset;

import org.jspecify.annotations.NullMarked;
