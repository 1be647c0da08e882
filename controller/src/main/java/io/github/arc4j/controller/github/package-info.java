/**
 * The controller's way to GitHub: which credentials, proxy and certificates an object uses, resolved from Secrets and
 * ConfigMaps, and one client of the Actions service for all objects that use the same.
 */
@NullMarked
package io.github.arc4j.controller.github;

import org.jspecify.annotations.NullMarked;
