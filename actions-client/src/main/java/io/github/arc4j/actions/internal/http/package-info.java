/** HTTP exchanges with the JDK's client: connections, limits of requests and responses, redirects, URLs. */
@NullMarked
package io.github.arc4j.actions.internal.http;

import org.jspecify.annotations.NullMarked;
