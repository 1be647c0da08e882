/** The steps of a runner, from its creation to its removal. */
@NullMarked
package io.github.arc4j.cli.why.runner;

import org.jspecify.annotations.NullMarked;
