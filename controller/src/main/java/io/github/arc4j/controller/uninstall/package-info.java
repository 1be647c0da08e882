/** The last step of uninstalling the controller: users learn that their scale sets no longer run jobs. */
@NullMarked
package io.github.arc4j.controller.uninstall;

import org.jspecify.annotations.NullMarked;
