/** What access to GitHub requires: credentials from Secrets and vaults, proxies and certificates. */
@NullMarked
package io.github.arc4j.controller.github.credentials;

import org.jspecify.annotations.NullMarked;
