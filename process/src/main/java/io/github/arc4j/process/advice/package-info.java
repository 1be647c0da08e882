/** What to do about the problems that conditions, Events and pods report, for the command line and the console. */
@NullMarked
package io.github.arc4j.process.advice;

import org.jspecify.annotations.NullMarked;
