/** The charts and the image on K3s as users have them, from the installation to the end. */
@NullMarked
package io.github.arc4j.e2e.k3s;

import org.jspecify.annotations.NullMarked;
