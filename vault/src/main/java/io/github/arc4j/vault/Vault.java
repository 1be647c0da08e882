package io.github.arc4j.vault;

import java.util.Map;

/** Where secrets are kept. */
@FunctionalInterface
public interface Vault {
    /**
     * The latest version of a secret that holds a JSON object.
     *
     * @return its entries; numbers as text, nulls left out
     */
    Map<String, String> read(String name) throws VaultException, InterruptedException;
}
