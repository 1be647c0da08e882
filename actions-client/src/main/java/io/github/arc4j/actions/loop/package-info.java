/**
 * The loop that receives the messages of a scale set. Programs implement {@link
 * io.github.arc4j.actions.loop.MessageListener} and run a {@link io.github.arc4j.actions.loop.MessageLoop}; those that
 * need more, such as effects that happen side by side or acknowledgements that wait, implement {@link
 * io.github.arc4j.actions.loop.MessageHandler}.
 */
@NullMarked
package io.github.arc4j.actions.loop;

import org.jspecify.annotations.NullMarked;
