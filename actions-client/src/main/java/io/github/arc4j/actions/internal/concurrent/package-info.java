/** Virtual threads on Java versions that have them, and values that several threads renew together. */
@NullMarked
package io.github.arc4j.actions.internal.concurrent;

import org.jspecify.annotations.NullMarked;
