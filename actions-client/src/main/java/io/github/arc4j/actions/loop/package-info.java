/**
 * The loop that receives the messages of a scale set. Programs implement
 * {@link io.github.arc4j.actions.loop.MessageListener} and run a {@link io.github.arc4j.actions.loop.MessageLoop};
 * programs with further needs, such as concurrent effects or deferred acknowledgements, implement
 * {@link io.github.arc4j.actions.loop.MessageHandler}.
 */
@NullMarked
package io.github.arc4j.actions.loop;

import org.jspecify.annotations.NullMarked;
