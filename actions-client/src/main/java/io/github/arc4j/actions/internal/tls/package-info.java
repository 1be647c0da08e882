/** The certificate authorities that connections trust. */
@NullMarked
package io.github.arc4j.actions.internal.tls;

import org.jspecify.annotations.NullMarked;
