/** The calls of the Actions service: scale sets, runners and message sessions. */
@NullMarked
package io.github.arc4j.actions.internal.service;

import org.jspecify.annotations.NullMarked;
