/**
 * The controller's access to GitHub: resolves the credentials, proxy and certificates of an object from Secrets,
 * ConfigMaps and vaults, and shares one client of the Actions service among all objects that use the same.
 */
@NullMarked
package io.github.arc4j.controller.github;

import org.jspecify.annotations.NullMarked;
