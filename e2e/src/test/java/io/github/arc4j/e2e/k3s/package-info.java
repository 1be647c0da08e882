/** The charts and the image on K3s, as users deploy them, from installation to uninstallation. */
@NullMarked
package io.github.arc4j.e2e.k3s;

import org.jspecify.annotations.NullMarked;
