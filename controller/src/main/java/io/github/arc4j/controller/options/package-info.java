/** Parses and validates the controller's flags and environment variables into one record. */
@NullMarked
package io.github.arc4j.controller.options;

import org.jspecify.annotations.NullMarked;
