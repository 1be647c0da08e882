/** The messages of a scale set's message session: batches of events about jobs. */
@NullMarked
package io.github.arc4j.actions.messages;

import org.jspecify.annotations.NullMarked;
