/** A path step by step: its steps, the first obstacle, and what to do about it. */
@NullMarked
package io.github.arc4j.cli.why.path;

import org.jspecify.annotations.NullMarked;
