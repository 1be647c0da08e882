/**
 * From credentials to access to the Actions service: the tokens of GitHub Apps, registration tokens and the admin
 * connection.
 */
@NullMarked
package io.github.arc4j.actions.internal.auth;

import org.jspecify.annotations.NullMarked;
