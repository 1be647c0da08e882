/**
 * Reads credentials from an Azure Key Vault: signs in to Microsoft Entra ID with a client certificate and gets secrets,
 * by the REST protocols of both. Nothing that a vault answers appears in messages or {@code toString()}.
 */
@NullMarked
package io.github.arc4j.vault;

import org.jspecify.annotations.NullMarked;
