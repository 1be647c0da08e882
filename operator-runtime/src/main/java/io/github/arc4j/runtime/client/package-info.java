/** The connection to the API server: requests, limits that adapt to the server's responses, and large responses. */
@NullMarked
package io.github.arc4j.runtime.client;

import org.jspecify.annotations.NullMarked;
