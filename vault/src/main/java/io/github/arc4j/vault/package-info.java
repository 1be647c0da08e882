/**
 * Reads credentials from an Azure Key Vault: signs in to Microsoft Entra ID with a client certificate and gets secrets,
 * through the REST APIs of both. No content of a vault's response appears in messages or {@code toString()}.
 */
@NullMarked
package io.github.arc4j.vault;

import org.jspecify.annotations.NullMarked;
