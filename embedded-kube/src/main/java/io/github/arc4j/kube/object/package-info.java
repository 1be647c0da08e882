/** Objects of the API server as JSON: their types and schemas, keys and selectors, and the errors of requests. */
@NullMarked
package io.github.arc4j.kube.object;

import org.jspecify.annotations.NullMarked;
