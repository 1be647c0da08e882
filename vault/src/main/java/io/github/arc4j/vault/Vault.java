package io.github.arc4j.vault;

import java.util.Map;

/** A store of secrets. */
@FunctionalInterface
public interface Vault {
    /**
     * Reads the latest version of a secret that contains a JSON object.
     *
     * @return its entries; numbers as text, without nulls
     */
    Map<String, String> read(String name) throws VaultException, InterruptedException;
}
