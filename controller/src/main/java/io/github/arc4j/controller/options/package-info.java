/** The controller's flags and environment: read, checked, and offered as one record. */
@NullMarked
package io.github.arc4j.controller.options;

import org.jspecify.annotations.NullMarked;
