/** What the reconcilers of runners and of runner sets share, although they do not know each other. */
@NullMarked
package io.github.arc4j.controller.runners;

import org.jspecify.annotations.NullMarked;
