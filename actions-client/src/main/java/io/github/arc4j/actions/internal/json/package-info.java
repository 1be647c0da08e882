/** Conversion between the JSON of the Actions service and the client's records. */
@NullMarked
package io.github.arc4j.actions.internal.json;

import org.jspecify.annotations.NullMarked;
