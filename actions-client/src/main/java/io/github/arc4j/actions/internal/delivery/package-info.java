/**
 * What the message loop remembers of the messages that were delivered: the last one, those handled, those that cannot be
 * read, and those that must still be deleted.
 */
@NullMarked
package io.github.arc4j.actions.internal.delivery;

import org.jspecify.annotations.NullMarked;
