/**
 * The exceptions of the client, sealed under {@link io.github.arc4j.actions.errors.ActionsException}, and those that
 * reject invalid config URLs and credentials.
 */
@NullMarked
package io.github.arc4j.actions.errors;

import org.jspecify.annotations.NullMarked;
