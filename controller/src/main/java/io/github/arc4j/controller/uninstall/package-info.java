/** What is left to do when the controller is uninstalled: users are told that nothing serves their scale sets. */
@NullMarked
package io.github.arc4j.controller.uninstall;

import org.jspecify.annotations.NullMarked;
