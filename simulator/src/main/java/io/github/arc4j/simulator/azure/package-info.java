/** An Azure Key Vault and the directory that issues tokens for it, for tests: one secret store, one application. */
@NullMarked
package io.github.arc4j.simulator.azure;

import org.jspecify.annotations.NullMarked;
